// Owns the proof that the operations of a prompt are counted as one would by hand.
using Tern.Cli.RandomModels;

namespace Tern.Peers.Tests;

public sealed class PromptWorkTests
{
    private const int Tokens = 3;

    // Causal: 1 + 2 + 3 pairs; two products of heads x 64 for each, an addition and a multiplication each.
    private const double Attention = 2 * 6 * 2.0 * 2 * 4 * 64;

    [Fact]
    public void A_dense_model_multiplies_all_its_matrices_and_the_output_once()
    {
        var shape = ShapeCatalog.Find("tiny");
        using var file = new RandomModel(shape, seed: 1).Build();
        double block = 256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 512;
        Assert.Equal(2 * block * 2 * Tokens + Attention + 2 * 512 * 256, PromptWork.Flops(file, Tokens));
    }

    [Fact]
    public void A_prompt_attends_to_what_is_before_it_too()
    {
        using var file = new RandomModel(ShapeCatalog.Find("tiny"), seed: 1).Build();
        const int Depth = 5;
        double more = 2 * Tokens * Depth * 2.0 * 2 * 4 * 64;
        Assert.Equal(PromptWork.Flops(file, Tokens) + more, PromptWork.Flops(file, Tokens, Depth));
    }

    [Fact]
    public void Of_a_mixture_only_the_experts_used_count_and_the_router()
    {
        var shape = ShapeCatalog.Find("tiny") with { Architecture = "qwen3moe", Experts = 8, ExpertsUsed = 2 };
        using var file = new RandomModel(shape, seed: 1).Build();
        double block = 256 * 256 * 2 + 256 * 128 * 2 + 2 * 3 * 256 * 512 + 8 * 256;
        Assert.Equal(2 * block * 2 * Tokens + Attention + 2 * 512 * 256, PromptWork.Flops(file, Tokens));
    }
}
