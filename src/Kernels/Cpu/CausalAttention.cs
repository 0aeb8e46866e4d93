// Owns the gradient of attention over whole sequences in the CPU backend. A task is a sequence and a key/value head: it
// keeps their keys and values and the gradients of both at hand, and takes the rows four at a time, in order.
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class CausalAttention
{
    public static void Backward<TLanes>(CpuContext context, in AttentionGradientJob job)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long floats = AttentionGradientBlock<TLanes>.Floats(job);
        float* scratch = context.Scratch.Reserve(checked(floats * context.Pool.Threads));
        var body = new Body<TLanes>(job, scratch, floats);
        context.Pool.Run(checked(job.Sequences * job.KvHeads), ref body);
    }

    private readonly struct Body<TLanes>(AttentionGradientJob job, float* scratch, long floats) : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public void Invoke(int task, int worker)
        {
            int sequence = task / job.KvHeads;
            if (job.Starts[sequence] == job.Starts[sequence + 1])
                return;
            var block = new AttentionGradientBlock<TLanes>(
                job,
                job.Starts[sequence],
                job.Starts[sequence + 1],
                task % job.KvHeads,
                scratch + worker * floats
            );
            block.Run();
        }
    }
}
