// Owns the loops of pools. Forward, a task is a row of places; backward, some channels of an image, whose places then add
// their shares in order.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Images;

internal static unsafe class Pools
{
    private const int TaskChannels = 64;

    public static void Forward<TLanes, TPool>(CpuContext context, PoolJob job)
        where TLanes : unmanaged, ILanes<TLanes>
        where TPool : struct, IPool
    {
        var body = new ForwardBody<TLanes, TPool>(job);
        context.Pool.Run(checked(job.Places.Samples * job.Places.Height), ref body);
    }

    public static void Backward<TLanes, TPool>(CpuContext context, PoolJob job)
        where TLanes : unmanaged, ILanes<TLanes>
        where TPool : struct, IPool
    {
        int groups = (job.Shape.Channels + TaskChannels - 1) / TaskChannels;
        var body = new BackwardBody<TLanes, TPool>(job, groups);
        context.Pool.Run(checked(job.Shape.Samples * groups), ref body);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Load<TLanes>(float* source, int count)
        where TLanes : unmanaged, ILanes<TLanes> =>
        count >= 16 ? TLanes.Load(source) : Partial.Load<TLanes>(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* target, TLanes value, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (count >= 16)
            TLanes.Store(target, value);
        else
            Partial.Store(target, value, count);
    }

    private readonly struct ForwardBody<TLanes, TPool>(PoolJob job) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TPool : struct, IPool
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            var window = job.Window;
            int channels = job.Shape.Channels;
            int top = window.Start(task % job.Places.Height);
            var (firstRow, endRow) = window.Inside(top, window.Height, job.Shape.Height);
            float* image = job.Input + (long)(task / job.Places.Height) * job.Shape.SampleLength;
            float* output = job.Output + (long)task * job.Places.Width * channels;
            for (int place = 0; place < job.Places.Width; place++, output += channels)
            {
                int left = window.Start(place);
                var (first, end) = window.Inside(left, window.Width, job.Shape.Width);
                var count = TLanes.Create((endRow - firstRow) * (end - first));
                for (int i = 0; i < channels; i += 16)
                {
                    var sum = TLanes.Create(TPool.Nothing);
                    for (int y = top + firstRow; y < top + endRow; y++)
                    for (int x = left + first; x < left + end; x++)
                    {
                        float* pixel = image + ((long)y * job.Shape.Width + x) * channels + i;
                        sum = TPool.Add(sum, Load<TLanes>(pixel, channels - i));
                    }
                    Store(output + i, TPool.Finish(sum, count), channels - i);
                }
            }
        }
    }

    private readonly struct BackwardBody<TLanes, TPool>(PoolJob job, int groups) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TPool : struct, IPool
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            int channels = job.Shape.Channels;
            int firstChannel = task % groups * TaskChannels;
            int endChannel = Math.Min(channels, firstChannel + TaskChannels);
            long image = (long)(task / groups) * job.Shape.SampleLength;
            for (int pixel = 0; pixel < job.Shape.SamplePixels; pixel++)
            {
                float* target = job.InputGradient + image + (long)pixel * channels + firstChannel;
                new Span<float>(target, endChannel - firstChannel).Clear();
            }
            long output = (long)(task / groups) * job.Places.SampleLength;
            for (int row = 0; row < job.Places.Height; row++)
            for (int place = 0; place < job.Places.Width; place++, output += channels)
            for (int i = firstChannel; i < endChannel; i += 16)
                AddShares(row, place, image + i, output + i, endChannel - i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void AddShares(int row, int place, long image, long output, int channels)
        {
            var window = job.Window;
            int top = window.Start(row);
            int left = window.Start(place);
            var (firstRow, endRow) = window.Inside(top, window.Height, job.Shape.Height);
            var (first, end) = window.Inside(left, window.Width, job.Shape.Width);
            var count = TLanes.Create((endRow - firstRow) * (end - first));
            var rest = Load<TLanes>(job.Gradient + output, channels);
            var result = TPool.LooksBack ? Load<TLanes>(job.Output + output, channels) : TLanes.Zero;
            for (int y = top + firstRow; y < top + endRow; y++)
            for (int x = left + first; x < left + end; x++)
            {
                long pixel = image + ((long)y * job.Shape.Width + x) * job.Shape.Channels;
                var value = TPool.LooksBack ? Load<TLanes>(job.Input + pixel, channels) : TLanes.Zero;
                float* target = job.InputGradient + pixel;
                Store(target, Load<TLanes>(target, channels) + TPool.Share(value, result, count, ref rest), channels);
            }
        }
    }
}
