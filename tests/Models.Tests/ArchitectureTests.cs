// Owns the proof that every architecture computes what it should: logits against an independent float64 implementation.
using Tern.Formats;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Models.Tests;

public sealed class ArchitectureTests
{
    public static TheoryData<string, string> ModelsAndBackends
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in ConformanceModel.Names)
                data.Add(name, Backends.Fast);
            foreach (string name in SomeNames)
                data.Add(name, Backends.Reference);
            return data;
        }
    }

    public static TheoryData<string> QuantizedModels =>
        [
            .. ConformanceModel.Names.Where(name =>
                SharedData.Root is null || ConformanceModel.Get(name).MaximumMedianError is not null
            ),
        ];

    /// <summary>Every wiring as exact numbers, and both kinds of files that integer products serve.</summary>
    public static TheoryData<string, string> ModelsAndNumerics
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in SomeNames)
                data.Add(name, Backends.Fast);
            if (SharedData.Root is not null)
            {
                data.Add("llama-256-Q4_K_M", Backends.Rounding);
                data.Add("qwen3-256-Q8_0", Backends.Rounding);
            }
            return data;
        }
    }

    /// <summary>Every wiring with BF16; with Q8_0 those whose heads are a multiple of 32.</summary>
    public static TheoryData<string, DType> ModelsAndCoarseCaches
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in SomeNames)
                data.Add(name, DType.BF16);
            foreach (string name in (string[])["gemma2", "gemma3", "gpt-oss-f32", "llama-wide-head", "llama-yarn"])
                data.Add(name, DType.Q8_0);
            foreach (string name in (string[])["qwen3", "qwen3moe", "llama-256-Q4_K_M", "qwen3-256-Q8_0"])
                data.Add(name, DType.Q8_0);
            return data;
        }
    }

    public static TheoryData<string> Models => [.. SomeNames];

    public static TheoryData<string> Twins =>
        ["llama", "llama-tied-rope3", "mixtral", "qwen2", "qwen3", "qwen3moe", "gemma2"];

    public static TheoryData<string> Encoders => ["bert", "nomic-bert"];

    /// <summary>Every wiring, but not every way to store a weight: how a sequence is fed does not touch that.</summary>
    private static IEnumerable<string> SomeNames =>
        [
            .. ConformanceModel.Names.Where(name => !name.Contains("256", StringComparison.Ordinal)),
            "llama-256-Q4_K_M",
            "qwen3-256-Q8_0",
        ];

    [SharedTheory]
    [MemberData(nameof(ModelsAndBackends))]
    public void Every_model_gives_the_exact_numbers(string name, string backendName)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(backendName);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        foreach (string sequence in ConformanceModel.Sequences)
        {
            using var runner = new Runner(model);
            var output = runner.Forward((runner.Add(), golden.Tokens(sequence)));
            var expected = golden.Expected(sequence, "exact");
            Numbers.AssertClose(
                expected,
                output.AsSpan(output.Length - expected.Length),
                golden.MaximumError,
                sequence
            );
        }
    }

    [SharedTheory]
    [MemberData(nameof(QuantizedModels))]
    public void Rounded_activations_move_the_numbers_no_more_than_twice_what_llama_cpp_s_do(string name)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(Backends.Rounding);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        using var runner = new Runner(model);
        var output = runner.Forward((runner.Add(), golden.Tokens("long")));
        var expected = golden.Expected("long", "exact");
        float error = Numbers.MedianRowRms(expected, output.AsSpan(output.Length - expected.Length), runner.Width);
        Assert.True(error <= golden.MaximumMedianError, $"off by {error:g4}, allowed {golden.MaximumMedianError:g4}");
    }

    [SharedTheory]
    [MemberData(nameof(Twins))]
    public void A_Hugging_Face_directory_gives_the_numbers_of_its_twin(string name)
    {
        var golden = ConformanceModel.Get(name);
        using var file = ModelFile.Open(SharedData.PathOf("conformance", "architectures", name + "-hf"));
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(file, backend, golden.ContextLength);
        using var runner = new Runner(model);
        var output = runner.Forward((runner.Add(), golden.Tokens("long")));
        Numbers.AssertClose(golden.Expected("long", "exact"), output, golden.MaximumError, name);
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_half_precision_cache_changes_little(string name)
    {
        var golden = ConformanceModel.Get(name);
        if (golden.IsEncoder || golden.MaximumErrorOfHalfCache is not float tolerance)
            return; // An encoder keeps no cache, and files with rounded weights have no such tolerance.
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        using var runner = new Runner(model, DType.F16);
        var output = runner.Forward((runner.Add(), golden.Tokens("long")));
        Numbers.AssertClose(golden.Expected("long", "exact"), output, tolerance, "F16 cache");
    }

    /// <summary>
    /// Rounding to F16 moves an element by up to 2^-11 of itself, to BF16 by up to 2^-8: eight times as much. Rounding to
    /// Q8_0 moves it by up to 1/254 of its block's largest, which of 32 normally distributed numbers is 2.1 to 2.5
    /// standard deviations: in the mean square about 26 times as much as F16. Faults so small add up linearly, so the
    /// logits move in the same proportions; they may differ from them by a factor of two, as a model is few numbers.
    /// </summary>
    [SharedTheory]
    [MemberData(nameof(ModelsAndCoarseCaches))]
    public void A_coarser_cache_moves_the_numbers_in_proportion_to_its_rounding(string name, DType type)
    {
        var golden = ConformanceModel.Get(name);
        if (golden.IsEncoder)
            return; // An encoder keeps no cache.
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        float Error(DType type)
        {
            using var runner = new Runner(model, type);
            var output = runner.Forward((runner.Add(), golden.Tokens("long")));
            var expected = golden.Expected("long", "exact");
            return Numbers.MedianRowRms(expected, output.AsSpan(output.Length - expected.Length), runner.Width);
        }
        float proportion = type == DType.BF16 ? 8 : 26;
        float half = Error(DType.F16);
        Assert.InRange(Error(type), proportion / 2 * half, proportion * 2 * half);
    }

    [SharedTheory]
    [MemberData(nameof(ModelsAndNumerics))]
    public void A_prompt_in_chunks_or_token_by_token_gives_the_bits_of_the_whole_prompt(string name, string backendName)
    {
        var golden = ConformanceModel.Get(name);
        if (golden.IsEncoder)
            return; // An encoder needs whole sequences; that it refuses others is tested elsewhere.
        using var backend = Backends.Create(backendName);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        var tokens = golden.Tokens("long");
        using var runner = new Runner(model);
        var whole = runner.Forward((runner.Add(), tokens));

        int chunked = runner.Add();
        float[] chunks = [.. runner.Forward((chunked, tokens[..16])), .. runner.Forward((chunked, tokens[16..]))];
        Assert.Equal(whole, chunks);

        int stepped = runner.Add();
        float[] steps = [.. tokens.SelectMany(token => runner.Forward((stepped, [token])))];
        Assert.Equal(whole, steps);
    }

    [SharedTheory]
    [MemberData(nameof(ModelsAndNumerics))]
    public void Two_sequences_in_one_batch_give_the_bits_each_gives_alone(string name, string backendName)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(backendName);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        var (first, second) = (golden.Tokens("short"), golden.Tokens("long"));
        using var runner = new Runner(model);
        float[] alone = [.. runner.Forward((runner.Add(), first)), .. runner.Forward((runner.Add(), second))];
        var together = runner.Forward((runner.Add(), first), (runner.Add(), second));
        Assert.Equal(alone, together);
    }

    [SharedTheory]
    [MemberData(nameof(Encoders))]
    public void Encoders_pool_to_the_exact_embeddings(string name)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        Assert.True(model.Config.IsEncoder);
        Assert.Equal(PoolingType.Mean, model.Config.Pooling);
        foreach (string sequence in ConformanceModel.Sequences)
        {
            using var runner = new Runner(model);
            var output = runner.Forward((runner.Add(), golden.Tokens(sequence)));
            var pooled = new float[runner.Width];
            foreach (var (type, run) in new[] { (PoolingType.Mean, "mean"), (PoolingType.Cls, "cls") })
            {
                Pooling.Pool(type, output, pooled);
                Numbers.AssertClose(golden.Expected(sequence, run), pooled, golden.MaximumErrorToLlama, run);
            }
            Pooling.Pool(PoolingType.Last, output, pooled);
            Assert.Equal(output[^runner.Width..], pooled);
        }
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_step_of_a_size_seen_before_allocates_nothing(string name)
    {
        var golden = ConformanceModel.Get(name);
        using var backend = Backends.Create(Backends.Fast);
        using var model = ModelLoader.Load(golden.File, backend, golden.ContextLength);
        using var runner = new Runner(model);
        var step = runner.Prepare((runner.Add(), golden.Tokens("short")), (runner.Add(), golden.Tokens("long")));
        for (int warmUp = 0; warmUp < 3; warmUp++)
            step();
        // In most of several steps: a process that has just begun allocates something of its own now and then.
        var allocated = new long[7];
        for (int i = 0; i < allocated.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            step();
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Array.Sort(allocated);
        Assert.Equal(0, allocated[allocated.Length / 2]);
    }
}
