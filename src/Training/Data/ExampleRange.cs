// Owns a part of a source.
namespace Tern.Training.Data;

/// <summary>Every sequence of a source whose number is, or is not, a multiple of a period: validation and training.</summary>
/// <param name="source">All sequences.</param>
/// <param name="period">Distance of those kept for validation.</param>
/// <param name="isValidation">Which of the two parts.</param>
internal sealed class ExampleRange(IExampleSource source, long period, bool isValidation) : IExampleSource
{
    public long Count
    {
        get
        {
            long kept = (source.Count + period - 1) / period;
            return isValidation ? kept : source.Count - kept;
        }
    }

    public TrainingExample Read(long index) =>
        source.Read(isValidation ? index * period : index + index / (period - 1) + 1);
}
