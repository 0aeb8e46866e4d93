// Owns how requests spread over models of unequal popularity.
namespace Tern.Simulation.Workloads;

/// <summary>The popularity of MuxServe's synthetic workloads (as released): model i, from 0, gets requests at a rate ∝ (i+1)^−alpha.</summary>
/// <param name="Alpha">The exponent; MuxServe: 0.7, 0.9, 1.3, 1.7, 2.1.</param>
/// <param name="Models">Number of models; MuxServe: 19.</param>
public sealed record PowerLaw(double Alpha, int Models)
{
    /// <summary>Rate of MuxServe's most popular model at scale 1, requests/s.</summary>
    public const double PublishedMaxRate = 40;

    /// <summary>Name of a model, the most popular first.</summary>
    public static string ModelName(int index) => $"llm-{index}";

    /// <summary>Each model's part of all requests; the parts add up to 1.</summary>
    public double[] Shares()
    {
        var shares = new double[Models];
        for (var i = 0; i < Models; i++)
            shares[i] = PortableMath.Pow(i + 1, -Alpha);
        var sum = shares.Sum();
        for (var i = 0; i < Models; i++)
            shares[i] /= sum;
        return shares;
    }

    /// <summary>Rate of all models together where the most popular one's is <paramref name="maxRate"/>, requests/s.</summary>
    public double TotalRate(double maxRate) => maxRate / Shares()[0];
}
