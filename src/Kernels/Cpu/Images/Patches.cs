// Owns the turning of a convolution into a matrix product: images unfolded into patches, one row for each place of the window,
// and the gradients of patches folded back into images.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Images;

internal static unsafe class Patches
{
    /// <summary>Floats of patches made before they are multiplied, so that they stay in the last-level cache.</summary>
    private const int PartFloats = 2 << 20;

    /// <summary>Samples whose patches are made together: at least one.</summary>
    public static int Together(ImageBatch places, int patchLength) =>
        (int)Math.Max(1, PartFloats / ((long)places.SamplePixels * patchLength));

    /// <summary>Writes the patches of the images. A task is a row of places.</summary>
    public static void Unfold(CpuContext context, PatchJob job)
    {
        var body = new UnfoldBody(job);
        context.Pool.Run(checked(job.Places.Samples * job.Places.Height), ref body);
    }

    /// <summary>Writes images whose pixels are the sums of what the patches hold for them, place after place. A task is a row
    /// of pixels.</summary>
    public static void Fold<TLanes>(CpuContext context, PatchJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var body = new FoldBody<TLanes>(job);
        context.Pool.Run(checked(job.Shape.Samples * job.Shape.Height), ref body);
    }

    private readonly struct UnfoldBody(PatchJob job) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            var window = job.Window;
            int channels = job.Shape.Channels;
            int top = window.Start(task % job.Places.Height);
            var (firstRow, endRow) = window.Inside(top, window.Height, job.Shape.Height);
            float* image = job.Images + (long)(task / job.Places.Height) * job.Shape.SampleLength;
            float* patch = job.Patches + (long)task * job.Places.Width * job.PatchLength;
            for (int place = 0; place < job.Places.Width; place++)
            {
                int left = window.Start(place);
                var (first, end) = window.Inside(left, window.Width, job.Shape.Width);
                for (int row = 0; row < window.Height; row++, patch += window.Width * channels)
                {
                    bool outside = row < firstRow || row >= endRow;
                    int before = outside ? window.Width : first;
                    new Span<float>(patch, before * channels).Clear();
                    if (outside)
                        continue;
                    int y = top + row * window.Dilation;
                    float* pixels = image + ((long)y * job.Shape.Width + left) * channels;
                    Copy(pixels, patch, first, end, channels, window.Dilation);
                    new Span<float>(patch + end * channels, (window.Width - end) * channels).Clear();
                }
            }
        }

        private static void Copy(float* pixels, float* patch, int first, int end, int channels, int dilation)
        {
            int together = dilation == 1 ? end - first : 1;
            for (int tap = first; tap < end; tap += together)
                new ReadOnlySpan<float>(pixels + tap * dilation * channels, together * channels).CopyTo(
                    new Span<float>(patch + tap * channels, together * channels)
                );
        }
    }

    private readonly struct FoldBody<TLanes>(PatchJob job) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            var window = job.Window;
            int y = task % job.Shape.Height;
            long rowLength = (long)job.Shape.Width * job.Shape.Channels;
            float* pixels = job.Images + task * rowLength;
            new Span<float>(pixels, (int)rowLength).Clear();
            long firstPlace = (long)(task / job.Shape.Height) * job.Places.SamplePixels;
            // Lower taps meet a pixel from later places; the last tap's place is the first.
            for (int row = window.Height - 1; row >= 0; row--)
            {
                int above = y + window.Padding - row * window.Dilation;
                int placeRow = above / window.Stride;
                if (above < 0 || above % window.Stride != 0 || placeRow >= job.Places.Height)
                    continue;
                float* patches = job.Patches + (firstPlace + placeRow * job.Places.Width) * job.PatchLength;
                AddRow(patches + row * window.Width * job.Shape.Channels, pixels);
            }
        }

        /// <summary>Adds the same row of taps of a row of places.</summary>
        private void AddRow(float* taps, float* pixels)
        {
            var window = job.Window;
            int channels = job.Shape.Channels;
            for (int place = 0; place < job.Places.Width; place++, taps += job.PatchLength)
            {
                int left = window.Start(place);
                var (first, end) = window.Inside(left, window.Width, job.Shape.Width);
                float* target = pixels + left * channels;
                int together = window.Dilation == 1 ? end - first : 1;
                for (int tap = first; tap < end; tap += together)
                    Add(taps + tap * channels, target + tap * window.Dilation * channels, together * channels);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(float* source, float* target, int length)
        {
            int i = 0;
            for (; i + 16 <= length; i += 16)
                TLanes.Store(target + i, TLanes.Load(target + i) + TLanes.Load(source + i));
            for (; i < length; i++)
                target[i] += source[i];
        }
    }
}
