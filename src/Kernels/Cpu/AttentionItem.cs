// Owns what an item of paged attention is: whose rows it holds, and what they see. Fields, as hot loops read them through it.
namespace Tern.Kernels.Cpu;

/// <summary>Up to <see cref="AttentionJob.Rows"/> rows of a sequence that share a key/value head.</summary>
internal readonly struct AttentionItem
{
    public readonly AttentionJob Job;

    /// <summary>Whose rows.</summary>
    public readonly AttentionSequence Sequence;

    /// <summary>Whose keys and values.</summary>
    public readonly int KvHead;

    /// <summary>The first of the rows among the sequence's (query, head) pairs for that head.</summary>
    public readonly int FirstRow;

    /// <summary>Rows, at least 1.</summary>
    public readonly int Rows;

    /// <summary>The positions that each row sees.</summary>
    public readonly RowRanges Ranges;

    /// <summary>An item of a sequence, of <see cref="AttentionJob.ItemsOf"/>.</summary>
    public AttentionItem(in AttentionJob job, in AttentionSequence sequence, int item, RowRanges ranges)
    {
        int blocks = job.BlocksOf(sequence);
        (Job, Sequence, Ranges) = (job, sequence, ranges);
        KvHead = item / blocks;
        FirstRow = item % blocks * AttentionJob.Rows;
        Rows = Math.Min(AttentionJob.Rows, sequence.QueryCount * job.Group - FirstRow);
    }
}
