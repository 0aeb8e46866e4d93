// Owns a model without weights: the "KV" of a position is a digest of everything up to it, and the next token a function of that.
namespace Tern.Scheduling.Tests;

/// <summary>Stores digests where a real model stores keys and values, so that a wrong, stale or foreign slot is seen when it is read.</summary>
internal sealed class FakeModel(int blocks, int hostBlocks, int blockSize)
{
    private readonly ulong[,] _host = new ulong[hostBlocks, blockSize];
    private readonly ulong[,] _slots = new ulong[blocks, blockSize];

    public static ulong Root(string? salt) => salt is null ? 1UL : 31UL * (ulong)salt.Length + salt[0];

    public static ulong Extend(ulong digest, int token) => (digest ^ (uint)(token + 1)) * 0x100000001B3UL + 7;

    /// <summary>A tiny vocabulary, so that different requests generate equal continuations now and then.</summary>
    public static SampledToken Sample(ulong digest, int answer)
    {
        var mixed = (digest + (ulong)answer) * 0x9E3779B97F4A7C15UL;
        return new SampledToken((int)((mixed >> 40) % 3), (mixed >> 20) % 11 == 0);
    }

    /// <summary>What one answer must be, from the prompt alone.</summary>
    public static List<int> Oracle(Request request, int answer, int maxLength)
    {
        var tokens = request.Prompt.ToArray().ToList();
        var digest = tokens.Aggregate(Root(request.CacheSalt), Extend);
        while (true)
        {
            var sampled = Sample(digest, answer);
            tokens.Add(sampled.Token);
            digest = Extend(digest, sampled.Token);
            if (
                sampled.Finished
                || tokens.Count - request.Prompt.Length == request.MaxNewTokens
                || tokens.Count == maxLength
            )
                return tokens;
        }
    }

    /// <summary>Copies what a step moves, in order.</summary>
    public void Move(Batch batch)
    {
        foreach (var (kind, _, from, to) in Drive.Moves(batch))
        {
            var source = kind == BlockMoveKind.In ? _host : _slots;
            var target = kind == BlockMoveKind.Out ? _host : _slots;
            for (var offset = 0; offset < blockSize; offset++)
                target[to, offset] = source[from, offset];
        }
    }

    /// <summary>Writes what computing these rows would have written, as a slower tier delivers it.</summary>
    public void Load(string? salt, ReadOnlySpan<int> tokens, int first, int count, ReadOnlySpan<int> table)
    {
        var digest = Root(salt);
        for (var p = 0; p < first + count; p++)
        {
            digest = Extend(digest, tokens[p]);
            if (p >= first)
                _slots[table[p / blockSize], p % blockSize] = digest;
        }
    }

    /// <summary>Computes a row: reads the whole context through the block table, writes its own slot.</summary>
    public ulong Forward(string? salt, ReadOnlySpan<int> tokens, int position, ReadOnlySpan<int> table)
    {
        var digest = Root(salt);
        for (var p = 0; p <= position; p++)
        {
            digest = Extend(digest, tokens[p]);
            if (p < position && digest != _slots[table[p / blockSize], p % blockSize])
                Assert.Fail($"position {p} is not what was computed for these tokens");
        }
        _slots[table[position / blockSize], position % blockSize] = digest;
        return digest;
    }

    /// <summary>A slot's content comes from elsewhere.</summary>
    public void Write(int block, int offset, ulong content) => _slots[block, offset] = content;

    public ulong Slot(int block, int offset) => _slots[block, offset];
}
