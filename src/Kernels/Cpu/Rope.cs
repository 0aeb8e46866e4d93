// Owns rotary position embedding of the CPU backend. Angles, sines and cosines are computed in double precision once a
// row and shared by its heads.
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class Rope
{
    public static void Run(
        CpuContext context,
        float* x,
        int* positions,
        int rows,
        int heads,
        int headDim,
        ReadOnlySpan<float> inverseFrequencies,
        float magnitude,
        RopeStyle style
    )
    {
        int pairs = inverseFrequencies.Length;
        int workerFloats = (2 * pairs + 15) & ~15;
        float* scratch = context.Scratch.Reserve((long)context.Pool.Threads * workerFloats);
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / 4 / Math.Max(1, heads * headDim));
        fixed (float* frequencies = inverseFrequencies)
        {
            var body = new Body(
                x,
                positions,
                rows,
                heads,
                headDim,
                frequencies,
                pairs,
                magnitude,
                style == RopeStyle.Interleaved,
                scratch,
                workerFloats,
                rowsPerTask
            );
            context.Pool.Run((rows + rowsPerTask - 1) / rowsPerTask, ref body);
        }
    }

    private readonly struct Body(
        float* x,
        int* positions,
        int rows,
        int heads,
        int headDim,
        float* frequencies,
        int pairs,
        float magnitude,
        bool interleaved,
        float* scratch,
        int workerFloats,
        int rowsPerTask
    ) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            float* cosines = scratch + (long)worker * workerFloats;
            float* sines = cosines + pairs;
            int end = Math.Min(rows, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                for (int pair = 0; pair < pairs; pair++)
                {
                    var (sine, cosine) = Math.SinCos((double)positions[row] * frequencies[pair]);
                    cosines[pair] = (float)(cosine * magnitude);
                    sines[pair] = (float)(sine * magnitude);
                }
                float* vector = x + (long)row * heads * headDim;
                for (int head = 0; head < heads; head++, vector += headDim)
                {
                    if (interleaved)
                        Rotate(vector, vector + 1, 2, cosines, sines, pairs);
                    else
                        Rotate(vector, vector + pairs, 1, cosines, sines, pairs);
                }
            }
        }

        private static void Rotate(float* first, float* second, int step, float* cosines, float* sines, int pairs)
        {
            for (int pair = 0; pair < pairs; pair++, first += step, second += step)
            {
                float a = *first;
                float b = *second;
                *first = a * cosines[pair] - b * sines[pair];
                *second = a * sines[pair] + b * cosines[pair];
            }
        }
    }
}
