// Owns the texts of the warm start as token ids.
using Tern.Training.Corpus;
using Tern.Training.Data;
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Rl;

/// <param name="task">Makes them.</param>
/// <param name="encoder">Encodes them.</param>
/// <param name="seed">Names one stream among the possible ones.</param>
internal sealed class WarmStartExamples(IRlTask task, TextEncoder encoder, ulong seed) : IExampleSource
{
    public long Count => long.MaxValue;

    public TrainingExample Read(long index)
    {
        var (prompt, answer) = task.WarmStart(index, seed);
        string text = ChatFormat.Begin + prompt + answer + ChatFormat.End;
        return encoder.Encode(text, [new LossSpan(ChatFormat.Begin.Length + prompt.Length, text.Length)]);
    }
}
