// Owns one step that calibration measures: what is in it.
using Tern.Scheduling.Latency;

namespace Tern.Engine.Calibration;

/// <summary>A chunk of one prompt, decodes of equal sequences, or both in one step.</summary>
/// <param name="Chunk">Rows of prompt, whose logits nobody wants; 0 for none.</param>
/// <param name="After">Tokens of the prompt before them.</param>
/// <param name="Sequences">Sequences that decode a token; 0 for none.</param>
/// <param name="Context">Tokens whose keys and values each of them reads, its own included.</param>
public readonly record struct CalibrationStep(int Chunk, int After, int Sequences, int Context)
{
    /// <summary>The step as latency models see it.</summary>
    public StepShape Shape
    {
        get
        {
            var chunk = Chunk > 0 ? StepShape.Chunk(After, Chunk) : default;
            return chunk with
            {
                DecodeTokens = Sequences,
                DecodeContext = (long)Sequences * Context,
                SampledTokens = Sequences,
            };
        }
    }

    /// <summary>KV blocks that the sequences of the step hold.</summary>
    /// <param name="blockSize">Tokens in a block.</param>
    internal long Blocks(int blockSize) =>
        BlocksOf(After + Chunk, blockSize) + Sequences * BlocksOf(Context, blockSize);

    internal static long BlocksOf(int tokens, int blockSize) => (tokens + blockSize - 1L) / blockSize;
}
