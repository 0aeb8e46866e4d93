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
    private const int Streams = HalfRowProduct.Panels;

    /// <summary>How far ahead of what is multiplied each stream is read.</summary>
    private const int BytesAhead = 512;

    /// <summary>Steps of the depth that share a line.</summary>
    private static int LineSteps => 64 / (Panel * TElement.Bytes);

    public static void Run(CpuContext context, FloatWeight weight, HalfKernels halves, float* input, float* output)
    {
        var body = new Body
        {
            Data = weight.Data,
            PanelBytes = weight.PanelBytes,
            Outputs = weight.Outputs,
            Depth = weight.Inputs,
            Input = input,
            Output = output,
            Halves = halves,
        };
        int panels = (weight.Outputs + Panel - 1) / Panel;
        context.Pool.Run((panels + Streams - 1) / Streams, ref body);
        GC.KeepAlive(weight);
    }

    private struct Body : IParallelBody
    {
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
            int first = task * Streams * Panel;
            int count = Math.Min(Streams * Panel, Outputs - first);
            float* sums = stackalloc float[Streams * Panel];
            byte* panel = Data + task * Streams * PanelBytes;
            if (count > (Streams - 1) * Panel && Halves.OneRow is not null)
                Generated(panel, sums);
            else if (count > (Streams - 1) * Panel)
                Four(panel, sums);
            else
            {
                for (int i = 0; i * Panel < count; i++)
                    One(panel + i * PanelBytes, sums + i * Panel);
            }
            new ReadOnlySpan<float>(sums, count).CopyTo(new Span<float>(Output + first, count));
        }

        private readonly void Generated(byte* panels, float* sums)
        {
            var job = new HalfRowJob
            {
                Panels = panels,
                PanelStride = PanelBytes,
                Input = Input,
                Depth = Depth,
                Output = sums,
            };
            Halves.OneRow(&job);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Four(byte* p0, float* sums)
        {
            byte* p1 = p0 + PanelBytes;
            byte* p2 = p1 + PanelBytes;
            byte* p3 = p2 + PanelBytes;
            var s0 = TLanes.Zero;
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            float* x = Input;
            int k = 0;
            for (; k + LineSteps <= Depth; k += LineSteps)
            {
                Prefetch.Lines(p0 + BytesAhead, 1);
                Prefetch.Lines(p1 + BytesAhead, 1);
                Prefetch.Lines(p2 + BytesAhead, 1);
                Prefetch.Lines(p3 + BytesAhead, 1);
                Step(ref p0, ref p1, ref p2, ref p3, ref x, ref s0, ref s1, ref s2, ref s3);
                if (LineSteps > 1)
                    Step(ref p0, ref p1, ref p2, ref p3, ref x, ref s0, ref s1, ref s2, ref s3);
            }
            if (k < Depth)
                Step(ref p0, ref p1, ref p2, ref p3, ref x, ref s0, ref s1, ref s2, ref s3);
            TLanes.Store(sums, s0);
            TLanes.Store(sums + Panel, s1);
            TLanes.Store(sums + 2 * Panel, s2);
            TLanes.Store(sums + 3 * Panel, s3);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void One(byte* panel, float* sums)
        {
            var sum = TLanes.Zero;
            for (int k = 0; k < Depth; k++, panel += Panel * TElement.Bytes)
                sum = TLanes.Fma(TLanes.Create(Input[k]), TElement.Load<TLanes>(panel), sum);
            TLanes.Store(sums, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        ref byte* p0,
        ref byte* p1,
        ref byte* p2,
        ref byte* p3,
        ref float* x,
        ref TLanes s0,
        ref TLanes s1,
        ref TLanes s2,
        ref TLanes s3
    )
    {
        var value = TLanes.Create(*x);
        s0 = TLanes.Fma(value, TElement.Load<TLanes>(p0), s0);
        s1 = TLanes.Fma(value, TElement.Load<TLanes>(p1), s1);
        s2 = TLanes.Fma(value, TElement.Load<TLanes>(p2), s2);
        s3 = TLanes.Fma(value, TElement.Load<TLanes>(p3), s3);
        p0 += Panel * TElement.Bytes;
        p1 += Panel * TElement.Bytes;
        p2 += Panel * TElement.Bytes;
        p3 += Panel * TElement.Bytes;
        x++;
    }
}
