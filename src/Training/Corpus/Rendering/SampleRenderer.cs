// Owns rendering without the template's interpreter, which would take longer than the training step it feeds.
using System.Text;

namespace Tern.Training.Corpus;

/// <summary>Renders samples; the text equals what <see cref="ChatFormat.Template"/> renders.</summary>
public static class SampleRenderer
{
    /// <summary>The text of a sample and the spans that carry loss.</summary>
    public static RenderedSample Render(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var text = new StringBuilder(ChatFormat.Begin);
        var learned = new List<LossSpan>();
        if (sample.Text is { } plain)
        {
            text.Append(plain).Append(ChatFormat.End);
            learned.Add(new LossSpan(ChatFormat.Begin.Length, text.Length));
            return new RenderedSample(text.ToString(), learned);
        }
        bool hasSystem = sample.Messages is [{ Role: ChatRole.System }, ..];
        if (hasSystem || sample.Tools.Count > 0)
            WriteSystem(text, hasSystem ? sample.Messages[0].Content : null, sample.Tools);
        foreach (var message in sample.Messages.Skip(hasSystem ? 1 : 0))
            WriteMessage(text, message, learned);
        return new RenderedSample(text.ToString(), learned);
    }

    /// <summary>What a call looks like in an answer.</summary>
    public static string Call(CorpusCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return $"{ChatFormat.CallOpen}{{\"name\": \"{call.Name}\", \"arguments\": {call.Arguments}}}{ChatFormat.CallClose}";
    }

    private static void WriteSystem(StringBuilder text, string? content, IReadOnlyList<CorpusTool> tools)
    {
        text.Append(ChatFormat.System).Append(content);
        if (tools.Count > 0)
            text.Append(content is null ? "Tools:" : "\nTools:");
        foreach (var tool in tools)
        {
            text.Append('\n').Append(tool.Description).Append(": {\"name\": \"").Append(tool.Name);
            text.Append("\", \"arguments\": {").AppendJoin(", ", tool.Parameters.Select(Signature)).Append("}}");
        }
        text.Append(ChatFormat.End);
    }

    private static string Signature(CorpusParameter parameter) =>
        $"\"{parameter.Name}\": "
        + (
            parameter.Choices is null
                ? parameter.Type
                : string.Join('|', parameter.Choices.Select(choice => $"\"{choice}\""))
        );

    private static void WriteMessage(StringBuilder text, CorpusMessage message, List<LossSpan> learned)
    {
        text.Append(
            message.Role switch
            {
                ChatRole.System => ChatFormat.System,
                ChatRole.User => ChatFormat.User,
                ChatRole.Assistant => ChatFormat.Assistant,
                _ => ChatFormat.Tool,
            }
        );
        int start = text.Length;
        text.Append(message.Call is null ? message.Content : Call(message.Call)).Append(ChatFormat.End);
        if (message.Role == ChatRole.Assistant)
            learned.Add(new LossSpan(start, text.Length));
    }
}
