// Owns rotary position embedding of the CPU backend. Angles, sines and cosines are computed in double precision once a
// row, or once a position where rows share them, for all heads.
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
        if (rows == 0)
            return;
        var (first, span) = Range(positions, rows);
        var body = new Body
        {
            X = x,
            Positions = positions,
            Rows = rows,
            Heads = heads,
            HeadDim = headDim,
            Pairs = inverseFrequencies.Length,
            Magnitude = magnitude,
            IsInterleaved = style == RopeStyle.Interleaved,
            AngleFloats = (2 * inverseFrequencies.Length + 15) & ~15,
            RowsPerTask = Math.Max(1, Elementwise.TaskElements / 4 / Math.Max(1, heads * headDim)),
            FirstPosition = first,
            // Sequences packed together have the same positions again and again: then a table is cheaper.
            HasTable = span <= rows / 2,
        };
        body.Angles = context.Scratch.Reserve((body.HasTable ? span : context.Pool.Threads) * body.AngleFloats);
        fixed (float* frequencies = inverseFrequencies)
        {
            body.Frequencies = frequencies;
            if (body.HasTable)
            {
                var table = new TableBody(body);
                context.Pool.Run((int)span, ref table);
            }
            context.Pool.Run((rows + body.RowsPerTask - 1) / body.RowsPerTask, ref body);
        }
    }

    /// <summary>The least position, and how many there are from it to the greatest.</summary>
    private static (int First, long Span) Range(int* positions, int rows)
    {
        int first = int.MaxValue;
        int last = int.MinValue;
        for (int row = 0; row < rows; row++)
        {
            first = Math.Min(first, positions[row]);
            last = Math.Max(last, positions[row]);
        }
        return (first, (long)last - first + 1);
    }

    /// <summary>Computes the angles of one position a task.</summary>
    private readonly struct TableBody(Body body) : IParallelBody
    {
        public void Invoke(int task, int worker) =>
            body.FillAngles(body.Angles + (long)task * body.AngleFloats, body.FirstPosition + task);
    }

    private struct Body : IParallelBody
    {
        public float* X;
        public int* Positions;
        public int Rows;
        public int Heads;
        public int HeadDim;
        public float* Frequencies;
        public int Pairs;
        public float Magnitude;
        public bool IsInterleaved;
        public int RowsPerTask;

        /// <summary>Cosines, then sines: those of every position from the first on, or room for each worker to compute a row's.</summary>
        public float* Angles;
        public int AngleFloats;
        public int FirstPosition;
        public bool HasTable;

        public readonly void Invoke(int task, int worker)
        {
            int end = Math.Min(Rows, (task + 1) * RowsPerTask);
            for (int row = task * RowsPerTask; row < end; row++)
            {
                float* cosines = Angles + (HasTable ? Positions[row] - FirstPosition : worker) * (long)AngleFloats;
                if (!HasTable)
                    FillAngles(cosines, Positions[row]);
                float* sines = cosines + Pairs;
                float* vector = X + (long)row * Heads * HeadDim;
                for (int head = 0; head < Heads; head++, vector += HeadDim)
                {
                    if (IsInterleaved)
                        Rotate(vector, vector + 1, 2, cosines, sines, Pairs);
                    else
                        Rotate(vector, vector + Pairs, 1, cosines, sines, Pairs);
                }
            }
        }

        public readonly void FillAngles(float* cosines, int position)
        {
            for (int pair = 0; pair < Pairs; pair++)
            {
                var (sine, cosine) = Math.SinCos((double)position * Frequencies[pair]);
                cosines[pair] = (float)(cosine * Magnitude);
                cosines[Pairs + pair] = (float)(sine * Magnitude);
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
