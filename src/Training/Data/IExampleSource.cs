// Owns what a training run asks of its data.
namespace Tern.Training.Data;

/// <summary>Numbered sequences. The same number gives the same sequence in every run.</summary>
public interface IExampleSource
{
    /// <summary>How many there are before they repeat; <see cref="long.MaxValue"/> for a generator that has no end.</summary>
    long Count { get; }

    /// <summary>Sequence <paramref name="index"/>, from 0 to <see cref="Count"/> - 1.</summary>
    TrainingExample Read(long index);
}
