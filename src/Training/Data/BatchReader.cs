// Owns the stream of batches: which sequences a step learns from.
namespace Tern.Training.Data;

/// <summary>
/// Deals sequences out, whole, until a batch has its tokens. Sequences are packed row after row without padding. Where it
/// is in the data is one number, so a run goes on exactly where it stopped.
/// </summary>
/// <param name="source">The data.</param>
/// <param name="seed">Of the order; a source without end is taken in its own.</param>
/// <param name="batchTokens">Most tokens of a batch; a sequence that is longer alone makes one by itself.</param>
public sealed class BatchReader(IExampleSource source, ulong seed, int batchTokens)
{
    private TrainingExample? _ahead;

    /// <summary>Sequences dealt out so far, over all epochs.</summary>
    public long Position { get; private set; }

    /// <summary>Times the data was gone through, a fraction included; 0 for data without end.</summary>
    public double Epochs => source.Count == long.MaxValue ? 0 : (double)Position / source.Count;

    /// <summary>Goes to a place where <see cref="Position"/> once was.</summary>
    public void Seek(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        Position = position;
        _ahead = null;
    }

    /// <summary>The next batch.</summary>
    public IReadOnlyList<TrainingExample> Next()
    {
        var batch = new List<TrainingExample>();
        int tokens = 0;
        while (true)
        {
            var example = _ahead ??= source.Read(IndexAt(Position));
            if (batch.Count > 0 && tokens + example.Tokens.Length > batchTokens)
                return batch;
            batch.Add(example);
            tokens += example.Tokens.Length;
            Position++;
            _ahead = null;
        }
    }

    private long IndexAt(long position)
    {
        if (source.Count == long.MaxValue)
            return position;
        long epoch = position / source.Count;
        return new Permutation(source.Count, seed, epoch)[position % source.Count];
    }
}
