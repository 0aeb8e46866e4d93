// Owns the description of one sequence's share of an attention call.
namespace Tern.Kernels;

/// <summary>
/// One sequence in a batch: its <paramref name="QueryCount"/> query rows starting at row <paramref name="QueryStart"/>
/// are the last tokens of a context of <paramref name="ContextLength"/> tokens whose keys and values are already stored,
/// in the blocks listed from <paramref name="BlockTableStart"/> on in the call's block table.
/// Query row i is at position ContextLength - QueryCount + i.
/// </summary>
/// <param name="QueryStart">First row in the batch.</param>
/// <param name="QueryCount">Rows.</param>
/// <param name="ContextLength">Tokens of context, queries included.</param>
/// <param name="BlockTableStart">Index of the sequence's first block in the concatenated block tables.</param>
public readonly record struct AttentionSequence(int QueryStart, int QueryCount, int ContextLength, int BlockTableStart)
{
    /// <summary>The positions that query row <paramref name="query"/> sees, end exclusive.</summary>
    /// <param name="query">Row within the sequence's share.</param>
    /// <param name="window">As <see cref="AttentionInput.Window"/>.</param>
    /// <param name="bidirectional">As <see cref="AttentionInput.Bidirectional"/>.</param>
    public (int First, int End) VisibleRange(int query, int window, bool bidirectional)
    {
        int position = ContextLength - QueryCount + query;
        int first = window > 0 ? Math.Max(0, position - window + 1) : 0;
        if (!bidirectional)
            return (first, position + 1);
        bool cut = window > 0 && window < ContextLength - position;
        return (first, cut ? position + window : ContextLength);
    }
}
