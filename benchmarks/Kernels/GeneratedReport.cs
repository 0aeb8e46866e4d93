// Owns the table of generated kernels.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Benchmarks;

/// <summary>Prints what this machine makes of the generated kernels.</summary>
internal static class GeneratedReport
{
    private const int Prompt = 512;
    private static readonly int[] s_batches = [1, 2, 4, 8, 16];

    public static void Write(TextWriter writer, IEnumerable<DType> types)
    {
        using var kernels = JitKernels.TryCreate(ProcessorFeatures.Current);
        if (kernels is null)
        {
            string missing = JitTiers.Missing(ProcessorFeatures.Current, JitTier.Vnni) ?? "TERN_JIT is off";
            writer.WriteLine($"no generated kernels: {missing}");
            return;
        }
        writer.WriteLine($"tier {kernels.Tier}, one thread, 2048 x 2048, giga-operations a second");
        foreach (var type in types.Where(JitKernels.Supports))
        {
            using var generated = new GeneratedKernels(kernels, type);
            var cells = new List<string>();
            foreach (int rows in s_batches)
                Add($"rows {rows}", rows, () => generated.Decode(rows, PanelProduct.MaxRows));
            if (kernels.Tier == JitTier.Amx)
            {
                Add($"bytes {Prompt}", Prompt, () => generated.Bytes(Prompt));
                float[] bytes = generated.Output.ToArray();
                Add($"bf16 {Prompt}", Prompt, () => generated.BFloat16(Prompt));
                cells.Add($"apart by {Distance(bytes, generated.Output):P1}");
            }
            writer.WriteLine($"{type, -6} {string.Join("  ", cells)}");

            void Add(string name, int rows, Action work) =>
                cells.Add($"{name}: {GeneratedKernels.Speed(rows, work):F0}");
        }
    }

    /// <summary>The norm of the difference over the norm: a few tenths of a percent where both are right.</summary>
    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.Length; i++)
        {
            difference += (double)(a[i] - b[i]) * (a[i] - b[i]);
            norm += (double)a[i] * a[i];
        }
        return Math.Sqrt(difference / norm);
    }
}
