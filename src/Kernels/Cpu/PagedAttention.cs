// Owns attention over a paged cache in the CPU backend: which tasks there are and who does them (FlashAttention-2, arXiv
// 2307.08691, over pages as in vLLM, arXiv 2309.06180).
//
// The order of accumulation is fixed by absolute positions: scores are taken in tiles of 32 positions that begin at
// multiples of 32, tiles are folded in order into a softmax that begins anew at multiples of 512 (a split), and splits are
// merged in order. So a row's result depends neither on how its prompt was cut into chunks, nor on block
// size, batch or threads; and an item that would keep one thread busy while others wait can be divided at the splits.
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class PagedAttention
{
    public static void Run<TLanes>(CpuContext context, in AttentionJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (job.Tiles.Exist)
            Run<TLanes, TileSplit<TLanes>>(context, job);
        else
            Run<TLanes, VectorSplit<TLanes>>(context, job);
    }

    private static void Run<TLanes, TSplit>(CpuContext context, AttentionJob job)
        where TLanes : unmanaged, ILanes<TLanes>
        where TSplit : unmanaged, IAttentionSplit<TSplit>
    {
        int threads = context.Pool.Threads;
        long work = 0;
        int rows = 1;
        for (int i = 0; i < job.SequenceCount; i++)
        {
            var sequence = job.Sequences[i];
            if (sequence.QueryCount == 0)
                continue;
            work += job.ItemsOf(sequence) * job.Work(sequence);
            rows = (int)Math.Max(rows, Math.Min(AttentionJob.Rows, (long)sequence.QueryCount * job.Group));
        }
        job.ItemRows = (rows + 15) & ~15;
        // Whole items of half a thread's share leave no thread waiting for long.
        job.WholeWork = threads == 1 ? long.MaxValue : work / (2 * threads);

        int tasks = 0;
        int divided = 0;
        long parts = 0;
        for (int i = 0; i < job.SequenceCount; i++)
        {
            int items = job.ItemsOf(job.Sequences[i]);
            int partsEach = job.PartsOf(job.Sequences[i]);
            tasks = checked(tasks + items * partsEach);
            if (partsEach > 1)
            {
                divided += items;
                parts += (long)items * partsEach;
            }
        }
        long partFloats = RowState.Floats(job);
        long workerFloats = AttentionBlock<TLanes, TSplit>.Floats(job);
        float* memory = context.Scratch.Reserve(checked(parts * partFloats + threads * workerFloats));
        float* scratch = memory + parts * partFloats;
        var compute = new ComputeBody<TLanes, TSplit>(job, memory, partFloats, scratch, workerFloats);
        context.Pool.Run(tasks, ref compute);
        var merge = new MergeBody<TLanes, TSplit>(job, memory, partFloats, scratch, workerFloats);
        context.Pool.Run(divided, ref merge);
    }

    /// <summary>An item that is left whole, or a part of one: a split's running softmax.</summary>
    private readonly struct ComputeBody<TLanes, TSplit>(
        AttentionJob job,
        float* parts,
        long partFloats,
        float* scratch,
        long workerFloats
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TSplit : unmanaged, IAttentionSplit<TSplit>
    {
        public void Invoke(int task, int worker)
        {
            int sequence = 0;
            int count = job.PartsOf(job.Sequences[0]);
            int tasks = count * job.ItemsOf(job.Sequences[0]);
            float* part = parts;
            while (task >= tasks)
            {
                task -= tasks;
                part += count > 1 ? tasks * partFloats : 0;
                sequence++;
                count = job.PartsOf(job.Sequences[sequence]);
                tasks = count * job.ItemsOf(job.Sequences[sequence]);
            }
            var block = new AttentionBlock<TLanes, TSplit>(
                job,
                sequence,
                task / count,
                scratch + worker * workerFloats
            );
            if (count == 1)
            {
                Whole(ref block);
                return;
            }
            block.Running = new RowState(job, part + task * partFloats);
            block.Accumulate(job.FirstSplit(job.Sequences[sequence]) + task % count);
        }

        private static void Whole(ref AttentionBlock<TLanes, TSplit> block)
        {
            block.Total.Clear();
            for (int split = block.First / AttentionJob.Split; split * AttentionJob.Split < block.End; split++)
            {
                block.Accumulate(split);
                block.Merge(block.Running);
            }
            block.Finish();
        }
    }

    /// <summary>Puts the parts of a divided item together, in order.</summary>
    private readonly struct MergeBody<TLanes, TSplit>(
        AttentionJob job,
        float* parts,
        long partFloats,
        float* scratch,
        long workerFloats
    ) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TSplit : unmanaged, IAttentionSplit<TSplit>
    {
        public void Invoke(int task, int worker)
        {
            int sequence = 0;
            float* part = parts;
            int count;
            for (; ; sequence++)
            {
                count = job.PartsOf(job.Sequences[sequence]);
                int items = count > 1 ? job.ItemsOf(job.Sequences[sequence]) : 0;
                if (task < items)
                    break;
                task -= items;
                part += (long)items * count * partFloats;
            }
            var block = new AttentionBlock<TLanes, TSplit>(job, sequence, task, scratch + worker * workerFloats);
            block.Total.Clear();
            for (int i = 0; i < count; i++)
                block.Merge(new RowState(job, part + ((long)task * count + i) * partFloats));
            block.Finish();
        }
    }
}
