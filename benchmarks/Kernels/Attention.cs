// Owns the timing of attention at a 1B model's shape (32 heads of 64 over 8 key/value heads), for every type of cache.
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Benchmarks;

/// <summary>Attention of one sequence: the last chunk of a prompt, and a step of decode.</summary>
internal static class Attention
{
    private const int Heads = 32;
    private const int KvHeads = 8;
    private const int HeadDim = 64;
    private const int BlockSize = 16;
    private const int Prompt = 2048;
    private const int Chunk = 16;
    private const int Context = 4096;

    /// <summary>Layers to decode in turn, so that keys and values come from memory and not from the last-level cache.</summary>
    private const int Layers = 16;

    /// <summary>Prints a line for every type of cache.</summary>
    /// <param name="backend">What is timed.</param>
    /// <param name="bandwidth">What the machine reads, GB/s.</param>
    /// <param name="peak">What it multiplies and adds, GFLOP/s.</param>
    /// <param name="fastest">Seconds of the fastest of many calls.</param>
    public static void Report(CpuBackend backend, double bandwidth, double peak, Func<Action, double> fastest)
    {
        Console.WriteLine(
            $"attention by {backend.Name}:\n{"", 10} {"decode at " + Context, 14} {"cache read", 14} {"of read", 8} {"chunk of " + Chunk, 14} {"of peak", 22}"
        );
        foreach (var type in KvTypes.All)
        {
            long vector = type.RowBytes(HeadDim);
            long token = KvHeads * vector;
            long layer = Context * token;
            using var memory = new AlignedMemory(2 * Layers * layer);
            KvView View(int part) =>
                new(
                    memory.Address + (nint)(part * layer),
                    type,
                    BlockSize * token,
                    BlockSize * vector,
                    vector,
                    BlockSize,
                    KvHeads,
                    HeadDim
                );
            int[] slots = [.. Enumerable.Range(0, Context)];
            float[] rows = Weights.Floats(Context * KvHeads * HeadDim, 1);
            for (int part = 0; part < 2 * Layers; part++)
                backend.StoreKv(rows, View(part), slots);
            int[] blocks = [.. Enumerable.Range(0, Context / BlockSize)];
            float[] query = Weights.Floats(Chunk * Heads * HeadDim, 2);
            float[] output = new float[query.Length];

            void Run(int at, int count, int context) =>
                backend.PagedAttention(
                    new AttentionInput
                    {
                        Query = query,
                        Keys = View(2 * at),
                        Values = View(2 * at + 1),
                        Sequences = [new AttentionSequence(0, count, context, 0)],
                        BlockTables = blocks,
                        Heads = Heads,
                        Scale = 0.125f,
                    },
                    output
                );
            int next = 0;
            double decode = fastest(() => Run(next++ % Layers, 1, Context));
            double prefill = fastest(() => Run(0, Chunk, Prompt));
            double read = 2.0 * layer / decode / 1e9;
            double pairs = Chunk * (Prompt - Chunk / 2.0);
            double flops = 4.0 * pairs * Heads * HeadDim / prefill / 1e9;
            Console.WriteLine(
                $"{type, -10} {decode * 1e6, 11:F0} µs {read, 9:F1} GB/s {read / bandwidth, 8:P0} {prefill * 1e3, 11:F1} ms {flops, 7:F0} GFLOP/s {flops / peak, 6:P0}"
            );
        }
    }
}
