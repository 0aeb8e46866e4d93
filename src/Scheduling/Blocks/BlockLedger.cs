// Owns what sequences do with blocks: find cached prefixes, grow, share, copy on write, publish, swap, release.
using Tern.Scheduling.Eviction;

namespace Tern.Scheduling.Blocks;

/// <summary>The KV ledger of one worker, in terms of sequences.</summary>
internal sealed class BlockLedger(
    SchedulerOptions options,
    KvReservation reservation,
    Func<int, IEvictionPolicy> eviction
)
{
    private readonly bool _caching = options.EnablePrefixCaching;
    private readonly int _blockSize = options.BlockSize;
    private readonly int _watermark = (int)Math.Ceiling(options.Watermark * options.BlockCount);

    public BlockPool Pool { get; } = new(options.BlockCount, options.BlockSize, options.EnablePrefixCaching, eviction);

    public HostPool Host { get; } = new(options.HostBlockCount);

    /// <summary>
    /// Gives a waiting sequence blocks for all its known tokens (or more, as the reservation says): the longest cached run of full blocks,
    /// never all tokens (one row must be computed to have logits), and new blocks for the rest. False, and nothing changes, if there are
    /// too few.
    /// </summary>
    public bool TryAdmit(Sequence sequence, bool keepWatermark)
    {
        var table = sequence.Blocks;
        if (_caching)
            TakeCachedPrefix(sequence);
        var needed = BlocksFor(Reserved(sequence)) - table.Count;
        if (needed + (keepWatermark ? _watermark : 0) > Pool.Available)
        {
            Release(sequence);
            return false;
        }
        Pool.Take(table.Extend(needed));
        sequence.Computed = sequence.Scheduled = table.Published * _blockSize;
        return true;
    }

    /// <summary>
    /// Makes room for the next <paramref name="tokens"/> tokens of a running sequence: new blocks, and a copy of the block they begin in
    /// if others hold it too. False, and nothing changes, if there are too few blocks.
    /// </summary>
    public bool TryGrow(Sequence sequence, int tokens, Batch batch)
    {
        var table = sequence.Blocks;
        var first = sequence.Scheduled / _blockSize;
        var copies = (_caching || sequence.HasSiblings) && first < table.Count && Pool.HoldersOf(table[first]) > 1;
        var needed = BlocksFor(sequence.Scheduled + tokens) - table.Count;
        if (needed <= 0 && !copies)
            return true;
        if (Math.Max(needed, 0) + (copies ? 1 : 0) > Pool.Available)
            return false;
        if (copies)
        {
            var (from, to) = (table[first], Pool.Take());
            batch.Move(BlockMoveKind.Copy, sequence, [from], [to]);
            table[first] = to;
            Pool.Release(from);
        }
        while (needed-- > 0)
            table.Add(Pool.Take());
        return true;
    }

    /// <summary>Makes the full blocks that are computed by now visible to other sequences.</summary>
    public void Publish(Sequence sequence)
    {
        if (!_caching)
            return;
        var table = sequence.Blocks;
        var full = sequence.Computed / _blockSize;
        if (table.Published == full)
            return;
        // A block equal to ours may have carried the chain and be evicted since: then the chain is published anew from ours.
        if (table.Published > 0 && Pool.Tree.NodeOf(table.LastBlock) != table.LastNode)
            table.Forget();
        var salt = sequence.Request.CacheSalt;
        for (var index = table.Published; index < full; index++)
        {
            var tokens = sequence.Tokens.Slice(index * _blockSize, _blockSize);
            var hash = BlockHash.Chain(index == 0 ? BlockHash.Root(salt) : table.LastHash, tokens);
            var known = Pool.Tree.Find(hash, table.LastNode, salt, tokens);
            if (known < 0)
            {
                known = table[index];
                Pool.Publish(known, hash, table.LastNode, salt, tokens);
            }
            table.Advance(Pool.Tree.NodeOf(known), known, hash);
        }
    }

    /// <summary>Lets <paramref name="sibling"/> hold the blocks of <paramref name="first"/>'s computed prompt.</summary>
    public void Share(Sequence first, Sequence sibling)
    {
        sibling.Blocks.CopyFrom(first.Blocks);
        foreach (var block in sibling.Blocks.Span)
            Pool.Hold(block);
    }

    /// <summary>
    /// Moves what a sequence has computed to host memory and gives up its blocks. False, and nothing changes, if the host has no room.
    /// </summary>
    public bool TrySwapOut(Sequence sequence, bool ahead, Batch batch)
    {
        var needed = BlocksFor(sequence.Computed);
        if (needed > Host.Available)
            return false;
        Host.Take(sequence.HostBlocks.Extend(needed));
        batch.Move(BlockMoveKind.Out, sequence, sequence.Blocks.Span[..needed], sequence.HostBlocks.Span, ahead);
        ReleaseDevice(sequence);
        return true;
    }

    /// <summary>Brings a swapped sequence back. False, and nothing changes, if there are too few blocks.</summary>
    public bool TrySwapIn(Sequence sequence, bool ahead, Batch batch)
    {
        var needed = BlocksFor(Reserved(sequence));
        if (needed > Pool.Available)
            return false;
        Pool.Take(sequence.Blocks.Extend(needed));
        var outside = sequence.HostBlocks.Span;
        batch.Move(BlockMoveKind.In, sequence, outside, sequence.Blocks.Span[..outside.Length], ahead);
        ReleaseHost(sequence);
        return true;
    }

    /// <summary>Reserves blocks for all tokens of a sequence that another worker hands over.</summary>
    public bool TryReserve(Sequence sequence)
    {
        var needed = BlocksFor(Reserved(sequence));
        if (needed > Pool.Available)
            return false;
        Pool.Take(sequence.Blocks.Extend(needed));
        return true;
    }

    /// <summary>Tokens of a prompt that are cached or held, in full blocks from the beginning.</summary>
    public int CachedTokens(Request request)
    {
        var (count, node, hash, salt) = (0, 0L, BlockHash.Root(request.CacheSalt), request.CacheSalt);
        for (; (count + 1) * _blockSize <= request.Prompt.Length; count++)
        {
            var tokens = request.Prompt.Span.Slice(count * _blockSize, _blockSize);
            hash = BlockHash.Chain(hash, tokens);
            if (Pool.Tree.Find(hash, node, salt, tokens) is not (>= 0 and var block))
                break;
            node = Pool.Tree.NodeOf(block);
        }
        return count * _blockSize;
    }

    /// <summary>
    /// Caches the full blocks among the first <paramref name="tokens"/> tokens of a prompt, whose keys and values come from elsewhere. Stops
    /// where blocks are short. Returns the tokens that are cached afterwards.
    /// </summary>
    public int Import(Request request, int tokens)
    {
        var (table, salt, hash) = (new BlockTable(), request.CacheSalt, BlockHash.Root(request.CacheSalt));
        for (
            ;
            (table.Count + 1) * _blockSize <= tokens;
            table.Advance(Pool.Tree.NodeOf(table[table.Count - 1]), table[table.Count - 1], hash)
        )
        {
            var content = request.Prompt.Span.Slice(table.Count * _blockSize, _blockSize);
            hash = BlockHash.Chain(hash, content);
            var block = Pool.Tree.Find(hash, table.LastNode, salt, content);
            if (block >= 0)
            {
                Pool.Hold(block);
            }
            else if (Pool.Available > 0)
            {
                block = Pool.Take();
                Pool.Publish(block, hash, table.LastNode, salt, content);
            }
            else
            {
                break;
            }
            table.Add(block);
        }
        Pool.Release(table.Span);
        return table.Count * _blockSize;
    }

    /// <summary>Gives up all blocks of a sequence, the last first so that prefixes are evicted after what follows them.</summary>
    public void Release(Sequence sequence)
    {
        ReleaseDevice(sequence);
        ReleaseHost(sequence);
        sequence.Computed = sequence.Scheduled = 0;
    }

    /// <summary>Blocks that hold this many tokens.</summary>
    public int BlocksFor(int tokens) => (tokens + _blockSize - 1) / _blockSize;

    private void ReleaseDevice(Sequence sequence)
    {
        Pool.Release(sequence.Blocks.Span);
        sequence.Blocks.Clear();
    }

    private void ReleaseHost(Sequence sequence)
    {
        Host.Release(sequence.HostBlocks.Span);
        sequence.HostBlocks.Clear();
    }

    /// <summary>Tokens that a sequence is given room for when it gets its blocks.</summary>
    private int Reserved(Sequence sequence) =>
        reservation switch
        {
            KvReservation.Paged => sequence.TokenCount,
            KvReservation.Answer => (int)
                Math.Min(
                    (long)sequence.Request.PromptTokens + sequence.Request.MaxNewTokens,
                    options.MaxSequenceLength
                ),
            _ => options.MaxSequenceLength,
        };

    private void TakeCachedPrefix(Sequence sequence)
    {
        var table = sequence.Blocks;
        var salt = sequence.Request.CacheSalt;
        var hash = BlockHash.Root(salt);
        for (var index = 0; index < (sequence.TokenCount - 1) / _blockSize; index++)
        {
            var tokens = sequence.Tokens.Slice(index * _blockSize, _blockSize);
            hash = BlockHash.Chain(hash, tokens);
            var block = Pool.Tree.Find(hash, table.LastNode, salt, tokens);
            if (block < 0)
                return;
            Pool.Hold(block);
            table.Add(block);
            table.Advance(Pool.Tree.NodeOf(block), block, hash);
        }
    }
}
