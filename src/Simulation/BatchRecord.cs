// Owns what is kept of a batch after it ran, so that two drivers of the same scheduler can be compared.
using System.Globalization;
using System.Text;
using Tern.Scheduling;

namespace Tern.Simulation;

/// <summary>A step that ran.</summary>
/// <param name="Step">Its number.</param>
/// <param name="StartMs">When it began.</param>
/// <param name="Tokens">Its rows.</param>
/// <param name="Content">
/// What it computed, as text: items as <c>request.answer[first+count]</c> with <c>!</c> for logits, then copies of blocks as <c>from&gt;to</c>, after
/// <c>out </c> or <c>in </c> for those to and from host memory.
/// </param>
public sealed record BatchRecord(long Step, double StartMs, int Tokens, string Content)
{
    private static readonly string[] _ways = ["", "out ", "in "];

    /// <summary>Records a batch.</summary>
    public static BatchRecord Of(Batch batch, double startMs)
    {
        var content = new StringBuilder();
        foreach (var (sequence, first, count, wantsLogits) in batch.Items)
        {
            content.Append(content.Length > 0 ? " " : "");
            content.Append(CultureInfo.InvariantCulture, $"{sequence.Request.Id}.{sequence.Index}[{first}+{count}]");
            content.Append(wantsLogits ? "!" : "");
        }
        foreach (var move in batch.Moves)
        {
            var from = batch.Sources(move);
            var to = batch.Targets(move);
            for (var i = 0; i < move.Count; i++)
                content.Append(CultureInfo.InvariantCulture, $" {_ways[(int)move.Kind]}{from[i]}>{to[i]}");
        }
        return new BatchRecord(batch.Step, startMs, batch.TokenCount, content.ToString());
    }
}
