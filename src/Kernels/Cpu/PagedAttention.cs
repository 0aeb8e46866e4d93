// Owns attention over a paged cache in the CPU backend: which tasks there are and who does them (FlashAttention-2, arXiv
// 2307.08691, over pages as in vLLM, arXiv 2309.06180).
//
// The order of accumulation is fixed by absolute positions: scores are taken in tiles of 32 positions that begin at
// multiples of 32, tiles are folded in order into a running softmax that begins anew at multiples of 512 (a split), and
// splits are merged in order. So a row's result depends neither on how its prompt was cut into chunks, nor on block
// size, batch or threads; and a long context of few sequences can be divided among threads at the splits.
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class PagedAttention
{
    public static void Run<TLanes>(CpuContext context, AttentionJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int threads = context.Pool.Threads;
        int items = 0;
        int splits = 0;
        for (int i = 0; i < job.SequenceCount; i++)
        {
            var sequence = job.Sequences[i];
            items = checked(items + job.KvHeads * job.BlocksOf(sequence));
            int needed = (sequence.ContextLength + AttentionJob.Split - 1) / AttentionJob.Split;
            splits = Math.Max(splits, sequence.QueryCount > 0 ? needed : 0);
        }
        long stateFloats = RowState.Floats(job);
        long workerFloats = AttentionBlock<TLanes>.Floats(job);

        if (items >= 2 * threads || splits <= 1)
        {
            float* scratch = context.Scratch.Reserve(threads * workerFloats);
            var whole = new WholeBody<TLanes>(job, scratch, workerFloats);
            context.Pool.Run(items, ref whole);
            return;
        }
        long states = checked((long)items * splits * stateFloats);
        float* parts = context.Scratch.Reserve(checked(states + threads * workerFloats));
        var partial = new SplitBody<TLanes>(job, parts, parts + states, workerFloats, stateFloats, splits);
        context.Pool.Run(checked(items * splits), ref partial);
        var merge = new MergeBody<TLanes>(job, parts, parts + states, workerFloats, stateFloats, splits);
        context.Pool.Run(items, ref merge);
    }

    /// <summary>One item, all its splits in order.</summary>
    private readonly struct WholeBody<TLanes>(AttentionJob job, float* scratch, long workerFloats) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public void Invoke(int task, int worker)
        {
            var block = new AttentionBlock<TLanes>(job, task, scratch + worker * workerFloats);
            block.Total.Clear();
            for (int split = block.First / AttentionJob.Split; split * AttentionJob.Split < block.End; split++)
            {
                block.Accumulate(split);
                block.Merge(block.Running);
            }
            block.Finish();
        }
    }

    /// <summary>One split of an item.</summary>
    private readonly struct SplitBody<TLanes>(
        AttentionJob job,
        float* parts,
        float* scratch,
        long workerFloats,
        long stateFloats,
        int splits
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public void Invoke(int task, int worker)
        {
            var block = new AttentionBlock<TLanes>(job, task / splits, scratch + worker * workerFloats);
            block.Running = new RowState(job, parts + task * stateFloats);
            block.Accumulate(task % splits);
        }
    }

    /// <summary>Puts the splits of an item together.</summary>
    private readonly struct MergeBody<TLanes>(
        AttentionJob job,
        float* parts,
        float* scratch,
        long workerFloats,
        long stateFloats,
        int splits
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public void Invoke(int task, int worker)
        {
            var block = new AttentionBlock<TLanes>(job, task, scratch + worker * workerFloats);
            block.Total.Clear();
            for (int split = 0; split < splits; split++)
                block.Merge(new RowState(job, parts + ((long)task * splits + split) * stateFloats));
            block.Finish();
        }
    }
}
