// Owns the log-probabilities of chosen tokens in the CPU backend, and their gradient. The logarithm of the sum is that of
// the engine's sampler, bit for bit.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class LogProbabilities
{
    /// <summary>A logarithm whose exponential is zero, in place of that of a token that is ruled out: minus infinity times
    /// its probability would not be a number.</summary>
    private const float Ruled = -200;

    public static void Forward(
        CpuContext context,
        float* logits,
        int* tokens,
        int rows,
        int width,
        float* logProbabilities,
        double* logSums,
        float* entropies
    )
    {
        float* scratch = context.Scratch.Reserve((long)context.Pool.Threads * width);
        var body = new ForwardBody(logits, tokens, width, logProbabilities, logSums, entropies, scratch);
        context.Pool.Run(rows, ref body);
    }

    public static void Backward<TLanes>(CpuContext context, in LogProbabilityGradient call)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var body = new BackwardBody<TLanes>(call);
        context.Pool.Run(call.Rows, ref body);
    }

    private readonly struct ForwardBody(
        float* logits,
        int* tokens,
        int width,
        float* logProbabilities,
        double* logSums,
        float* entropies,
        float* scratch
    ) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            var row = new ReadOnlySpan<float>(logits + (long)task * width, width);
            var weights = new Span<float>(scratch + (long)worker * width, width);
            float max = Softmax.Max(row);
            double sum = Softmax.Weigh(row, max, 1, weights);
            double logSum = max + Math.Log(sum);
            logSums[task] = logSum;
            logProbabilities[task] = (float)(row[tokens[task]] - logSum);
            if (entropies is null)
                return;
            double expected = 0;
            for (int i = 0; i < width; i++)
                expected += (double)weights[i] * Math.Max(row[i] - max, Ruled);
            entropies[task] = (float)(Math.Log(sum) - expected / sum);
        }
    }

    private readonly struct BackwardBody<TLanes>(LogProbabilityGradient call) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            float* row = call.Logits + (long)task * call.Width;
            float logSum = (float)call.LogSums[task];
            float entropyFactor = call.EntropyFactors is null ? 0 : call.EntropyFactors[task];
            float entropy = call.Entropies is null ? 0 : call.Entropies[task];
            float factor = call.Factors[task];
            int i = 0;
            for (; i + 16 <= call.Width; i += 16)
                TLanes.Store(row + i, Change(TLanes.Load(row + i), logSum, factor, entropyFactor, entropy));
            if (i < call.Width)
            {
                int rest = call.Width - i;
                var last = Change(Partial.Load<TLanes>(row + i, rest), logSum, factor, entropyFactor, entropy);
                Partial.Store(row + i, last, rest);
            }
            row[call.Tokens[task]] += factor;
        }

        /// <summary>-p · (factor + entropyFactor · (log p + entropy)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLanes Change(TLanes logits, float logSum, float factor, float entropyFactor, float entropy)
        {
            var logProbability = TLanes.Max(TLanes.Create(Ruled), logits - TLanes.Create(logSum));
            var weight = TLanes.Fma(
                TLanes.Create(entropyFactor),
                logProbability + TLanes.Create(entropy),
                TLanes.Create(factor)
            );
            return TLanes.Zero - LaneMath.Exp(logProbability) * weight;
        }
    }
}
