// Owns the bytes that every id contributes to decoded text, side by side in one array.
namespace Tern.Tokenizers.Vocabularies;

/// <summary>One byte string per id.</summary>
internal sealed class TokenBytes
{
    private readonly byte[] bytes;
    private readonly int[] ends;

    /// <summary>Asks once for the bytes of every id of the vocabulary.</summary>
    public TokenBytes(int count, Func<int, byte[]> bytesOf)
    {
        var all = new MemoryStream();
        ends = new int[count];
        for (int id = 0; id < count; id++)
        {
            all.Write(bytesOf(id));
            ends[id] = checked((int)all.Length);
        }
        bytes = all.ToArray();
    }

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            if ((uint)id >= (uint)ends.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(id),
                    id,
                    $"token id {id} is not in the vocabulary of {ends.Length} tokens"
                );
            int start = id == 0 ? 0 : ends[id - 1];
            return bytes.AsSpan(start, ends[id] - start);
        }
    }
}
