// Owns the product of a single row with a prepared weight (decode), which is bound by reading the weight: four panels at a
// time are four streams from memory, and eight running sums or more, which hide each other's latency.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class OneRowProduct<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : struct, IFloatElement
{
    private const int Panel = FloatProduct.Panel;
    private const int PanelsAtOnce = HalfRowProduct.Panels;

    private const int Line = 64;

    /// <summary>How far ahead of what is multiplied each stream is read.</summary>
    private const int BytesAhead = 512;

    /// <summary>Steps of the depth that share a line.</summary>
    private static int LineSteps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Line / (Panel * TElement.Bytes);
    }

    public static void Run(CpuContext context, FloatWeight weight, HalfKernels halves, float* input, float* output)
    {
        int panels = (weight.Outputs + Panel - 1) / Panel;
        var streams = new PanelStreams(panels, weight.PanelBytes, PanelsAtOnce, context.Pool.Threads);
        var body = new Body
        {
            Streams = streams,
            Data = weight.Data,
            PanelBytes = weight.PanelBytes,
            Outputs = weight.Outputs,
            Depth = weight.Inputs,
            Input = input,
            Output = output,
            Halves = halves,
        };
        context.Pool.Run(streams.Tasks, ref body);
        GC.KeepAlive(weight);
    }

    private struct Body : IParallelBody
    {
        public PanelStreams Streams;
        public byte* Data;
        public long PanelBytes;
        public int Outputs;
        public int Depth;
        public float* Input;
        public float* Output;
        public HalfKernels Halves;

        [SkipLocalsInit]
        public readonly void Invoke(int task, int worker)
        {
            float* sums = stackalloc float[PanelsAtOnce * Panel];
            var (first, apart, end) = Streams.Of(task);
            for (int panel = first; panel < first + apart; panel++)
            {
                byte* data = Data + panel * PanelBytes;
                if (Halves.OneRow is not null)
                    Generated(data, apart * PanelBytes, sums);
                else
                    Four(data, apart * PanelBytes, sums);
                for (int i = 0; i < PanelsAtOnce; i++)
                    Write(sums + i * Panel, panel + i * apart);
            }
            for (int panel = first + apart * PanelsAtOnce; panel < end; panel++)
            {
                One(Data + panel * PanelBytes, sums);
                Write(sums, panel);
            }
        }

        private readonly void Write(float* sums, int panel)
        {
            int count = Math.Min(Panel, Outputs - panel * Panel);
            new ReadOnlySpan<float>(sums, count).CopyTo(new Span<float>(Output + panel * Panel, count));
        }

        private readonly void Generated(byte* panels, long stride, float* sums)
        {
            var job = new HalfRowJob
            {
                Panels = panels,
                PanelStride = stride,
                Input = Input,
                Depth = Depth,
                Output = sums,
            };
            Halves.OneRow(&job);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Four(byte* p0, long stride, float* sums)
        {
            byte* p1 = p0 + stride;
            byte* p2 = p1 + stride;
            byte* p3 = p2 + stride;
            var s0 = TLanes.Zero;
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            float* x = Input;
            // A line of each panel at a time; the last one may be half a line. No call takes a sum by reference, which
            // would keep it in memory.
            for (int left = Depth; left > 0; left -= LineSteps)
            {
                Prefetch.Lines(p0 + BytesAhead, 1);
                Prefetch.Lines(p1 + BytesAhead, 1);
                Prefetch.Lines(p2 + BytesAhead, 1);
                Prefetch.Lines(p3 + BytesAhead, 1);
                var value = TLanes.Create(*x);
                s0 = TLanes.Fma(value, TElement.Load<TLanes>(p0), s0);
                s1 = TLanes.Fma(value, TElement.Load<TLanes>(p1), s1);
                s2 = TLanes.Fma(value, TElement.Load<TLanes>(p2), s2);
                s3 = TLanes.Fma(value, TElement.Load<TLanes>(p3), s3);
                if (LineSteps == 2 && left > 1)
                {
                    value = TLanes.Create(x[1]);
                    s0 = TLanes.Fma(value, TElement.Load<TLanes>(p0 + Line / 2), s0);
                    s1 = TLanes.Fma(value, TElement.Load<TLanes>(p1 + Line / 2), s1);
                    s2 = TLanes.Fma(value, TElement.Load<TLanes>(p2 + Line / 2), s2);
                    s3 = TLanes.Fma(value, TElement.Load<TLanes>(p3 + Line / 2), s3);
                }
                p0 += Line;
                p1 += Line;
                p2 += Line;
                p3 += Line;
                x += LineSteps;
            }
            TLanes.Store(sums, s0);
            TLanes.Store(sums + Panel, s1);
            TLanes.Store(sums + 2 * Panel, s2);
            TLanes.Store(sums + 3 * Panel, s3);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void One(byte* panel, float* sums)
        {
            var sum = TLanes.Zero;
            for (int k = 0; k < Depth; k++, panel += Panel * TElement.Bytes)
                sum = TLanes.Fma(TLanes.Create(Input[k]), TElement.Load<TLanes>(panel), sum);
            TLanes.Store(sums, sum);
        }
    }
}
