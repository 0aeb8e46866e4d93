// Owns reading the files that a user trains on.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Training.Corpus;

namespace Tern.Training.Data;

/// <summary>
/// Text files, whose documents are divided by blank lines, and .jsonl files with a "text" or "messages" (role and content)
/// on every line.
/// </summary>
public static class DataFiles
{
    /// <summary>All documents, in order.</summary>
    /// <exception cref="DataException">A line is wrong, or a file holds nothing.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<DataDocument> Read(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var documents = new List<DataDocument>();
        foreach (string path in paths)
        {
            int before = documents.Count;
            bool isJson = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
            documents.AddRange(isJson ? ReadJsonLines(path) : ReadText(path));
            if (documents.Count == before)
                throw new DataException(path, 0, "holds no document");
        }
        return documents;
    }

    private static IEnumerable<DataDocument> ReadText(string path)
    {
        var text = new StringBuilder();
        int number = 0;
        int first = 1;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.AsSpan().Trim().Length > 0)
            {
                if (text.Length == 0)
                    first = number;
                text.Append(text.Length > 0 ? "\n" : "").Append(line);
                continue;
            }
            if (text.Length > 0)
                yield return Document(path, first, new Sample { Kind = SampleKind.Story, Text = text.ToString() });
            text.Clear();
        }
        if (text.Length > 0)
            yield return Document(path, first, new Sample { Kind = SampleKind.Story, Text = text.ToString() });
    }

    private static IEnumerable<DataDocument> ReadJsonLines(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.AsSpan().Trim().Length > 0)
                yield return Document(path, number, ParseLine(path, number, line));
        }
    }

    private static Sample ParseLine(string path, int number, string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject json)
                throw new DataException(path, number, "expected an object with \"text\" or \"messages\"");
            if (json["text"] is { } text)
                return new Sample { Kind = SampleKind.Story, Text = text.GetValue<string>() };
            if (json["messages"] is not JsonArray messages || messages.Count == 0)
                throw new DataException(path, number, "expected an object with \"text\" or \"messages\"");
            return new Sample
            {
                Kind = SampleKind.Conversation,
                Messages = [.. messages.Select(message => ParseMessage(path, number, message))],
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DataException(path, number, error.Message, error);
        }
    }

    private static CorpusMessage ParseMessage(string path, int number, JsonNode? message)
    {
        string? role = message?["role"]?.GetValue<string>();
        string? content = message?["content"]?.GetValue<string>();
        if (content is null)
            throw new DataException(path, number, "a message has no \"content\"");
        return role switch
        {
            "system" => new CorpusMessage(ChatRole.System, content),
            "user" => new CorpusMessage(ChatRole.User, content),
            "assistant" => new CorpusMessage(ChatRole.Assistant, content),
            "tool" => new CorpusMessage(ChatRole.Tool, content),
            _ => throw new DataException(
                path,
                number,
                $"a message has the role '{role}'; known are system, user, assistant and tool"
            ),
        };
    }

    private static DataDocument Document(string path, int line, Sample sample) =>
        new(path, line, SampleRenderer.Render(sample), CanBeCut: sample.Text is not null);
}
