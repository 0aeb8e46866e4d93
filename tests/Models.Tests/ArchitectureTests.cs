// Owns the proof that every architecture computes what it should: logits against an independent float64 implementation.
using Tern.Kernels.Reference;
using Tern.Testing;

namespace Tern.Models.Tests;

public sealed class ArchitectureTests
{
    public static TheoryData<string> Models => [.. ConformanceModel.Names];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Every_model_gives_the_exact_numbers_on_the_reference_backend(string name)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = new ReferenceBackend();
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        foreach (string sequence in (string[])["short", "long"])
        {
            using var runner = new Runner(model);
            var output = runner.Forward((runner.Add(), golden.Tokens(sequence)));
            Numbers.AssertClose(golden.Expected(sequence, "exact"), output, golden.MaximumError, sequence);
        }
    }
}
