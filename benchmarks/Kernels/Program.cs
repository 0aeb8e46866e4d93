// Owns the kernel benchmark: attention and matrix products of a 1B model's shapes, beside what the machine can do in the same run.
//   dotnet run -c Release --project benchmarks/Kernels -- [threads] [type …]
//   dotnet run -c Release --project benchmarks/Kernels -- attention    (of these, attention alone: [threads])
//   dotnet run -c Release --project benchmarks/Kernels -- generated    (C# against kernels made at run time)
//   dotnet run -c Release --project benchmarks/Kernels -- one-row      (one row beside plain reading, by kernel)
//   dotnet run -c Release --project benchmarks/Kernels -- float        (products of float matrices)
//   dotnet run -c Release --project benchmarks/Kernels -- images       (a training step of a convolutional network: [samples] [threads])
//   dotnet run -c Release --project benchmarks/Kernels -- pool         (what a parallel region costs)
using System.Diagnostics;
using Tern.Kernels;
using Tern.Kernels.Benchmarks;
using Tern.Kernels.Cpu;
using Tern.Kernels.Limits;
using Tern.Tensors;

const int PrefillRows = 512;
const int BatchRows = 16;

if (args is ["generated"])
{
    GeneratedReport.Write(
        Console.Out,
        [DType.Q4_0, DType.Q8_0, DType.Q4_K, DType.Q5_K, DType.Q6_K, DType.F16, DType.BF16]
    );
    return;
}

if (args is ["one-row"])
{
    OneRowReport.Write(Console.Out, [DType.Q4_0, DType.Q8_0, DType.Q4_K, DType.Q5_K, DType.Q6_K]);
    return;
}

if (args is ["float", ..])
{
    FloatReport.Write(Console.Out, args.Length > 1 ? int.Parse(args[1]) : Environment.ProcessorCount);
    return;
}

if (args is ["images", ..])
{
    int workers = args.Length > 2 ? int.Parse(args[2]) : Environment.ProcessorCount;
    ImageReport.Write(Console.Out, workers, samples: args.Length > 1 ? int.Parse(args[1]) : 32);
    return;
}

if (args is ["pool"])
{
    PoolReport.Write(Console.Out, Environment.ProcessorCount);
    return;
}

bool isAttention = args is ["attention", ..];
if (isAttention)
    args = args[1..];
int threads = args.Length > 0 ? int.Parse(args[0]) : Environment.ProcessorCount;
DType[] types =
    args.Length > 1
        ? [.. args.Skip(1).Select(name => Enum.Parse<DType>(name))]
        : [DType.F16, DType.Q8_0, DType.Q4_0, DType.Q4_K, DType.Q6_K];
(int Out, int In)[] shapes = [(2048, 2048), (8192, 2048), (2048, 8192)];

using var exact = new CpuBackend(threads);
using var fast = new CpuBackend(threads, Numerics.Fast);
var reads = ReadBandwidth.Measure(threads);
double bandwidth = reads.BytesPerSecond / 1e9;
double peak = FloatRate.Measure(threads) / 1e9;
Console.WriteLine(
    $"{exact.Name}: reads {bandwidth:F1} GB/s ({reads.Method}), multiplies and adds at {peak:F0} GFLOP/s"
);

// Asks for the generated kernels, as the weights of a model do.
using var asking = fast.Prepare(Weights.Make(DType.F16, 16, 16, 1)[0]);
Attention.Report(exact, bandwidth, peak, Fastest);
Attention.Report(fast, bandwidth, peak, Fastest);
if (isAttention)
    return;
Console.WriteLine(
    $"{"type", -6} {"numerics", -8} {"out x in", -12} {"1 row", 12} {"of read", 8} {$"{BatchRows} rows", 14} {$"{PrefillRows} rows", 14} {"of peak", 8}"
);
foreach (var type in types)
foreach (var (outputs, width) in shapes)
foreach (var (name, backend) in new[] { ("float32", exact), ("fast", fast) })
{
    // Enough copies that decode reads memory and not the last-level cache.
    long bytes = outputs * type.RowBytes(width);
    var copies = Array.ConvertAll(
        Weights.Make(type, outputs, width, (int)Math.Max(2, (400L << 20) / bytes)),
        backend.Prepare
    );
    float[] input = Weights.Floats(PrefillRows * width, 1);
    float[] output = new float[PrefillRows * outputs];

    // Each call is timed alone and the fastest counts, so that a crowded machine still shows what the code can do.
    int next = 0;
    double decode = Fastest(() => backend.MatMul(copies[next++ % copies.Length], input.AsSpan(0, width), output, 1));
    double read = bytes / decode / 1e9;
    double batch = Fastest(() =>
        backend.MatMul(copies[next++ % copies.Length], input.AsSpan(0, BatchRows * width), output, BatchRows)
    );
    double batchFlops = 2.0 * outputs * width * BatchRows / batch / 1e9;
    double prefill = Fastest(() => backend.MatMul(copies[0], input, output, PrefillRows));
    double flops = 2.0 * outputs * width * PrefillRows / prefill / 1e9;
    Console.WriteLine(
        $"{type, -6} {name, -8} {$"{outputs} x {width}", -12} {read, 7:F1} GB/s {read / bandwidth, 8:P0} {batchFlops, 7:F0} GFLOP/s {flops, 7:F0} GFLOP/s {flops / peak, 7:P0}"
    );
    foreach (var copy in copies)
        copy.Dispose();
}

static double Fastest(Action work)
{
    double best = double.MaxValue;
    long begin = Stopwatch.GetTimestamp();
    for (int i = 0; i < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1; i++)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
    return best;
}
