// Owns the result of timing token generation at one batch size.
namespace Tern.Cli.Benchmarks;

/// <summary>Median speed of decoding.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Tokens that each generated.</param>
/// <param name="Seconds">Median time of all steps.</param>
/// <param name="BytesPerStep">Bytes a step must read.</param>
internal readonly record struct GenerationSpeed(int Batch, int Steps, double Seconds, double BytesPerStep)
{
    /// <summary>Tokens of all sequences a second.</summary>
    public double TokensPerSecond => Batch * Steps / Seconds;

    /// <summary>Milliseconds of a step.</summary>
    public double StepMs => Seconds * 1000 / Steps;

    /// <summary>Bytes read a second.</summary>
    public double Bandwidth => BytesPerStep * Steps / Seconds;
}
