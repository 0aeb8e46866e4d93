// Owns the file of results: one JSON object a line, appended as soon as something is measured, so that an interrupted
// suite goes on where it was.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Peers;

/// <summary>Results of earlier and of this run; of several for the same thing, the last counts.</summary>
internal sealed class ResultsFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly string _path;
    private readonly List<Outcome> _outcomes = [];

    private ResultsFile(string path) => _path = path;

    /// <summary>Opens a file, which need not be there. A last line that an interruption tore is cut off and said.</summary>
    /// <param name="path">Where.</param>
    /// <param name="isFresh">Whether earlier results are put aside, under the name with ".previous" appended.</param>
    /// <param name="say">Told what was done to the file.</param>
    /// <exception cref="IOException">A line is no result, or the file cannot be read or written.</exception>
    public static ResultsFile Open(string path, bool isFresh, Action<string> say)
    {
        var results = new ResultsFile(path);
        if (!File.Exists(path))
            return results;
        if (isFresh)
        {
            File.Move(path, path + ".previous", overwrite: true);
            say($"earlier results are now in {path}.previous");
            return results;
        }
        string text = File.ReadAllText(path);
        int end = text.LastIndexOf('\n') + 1;
        if (end < text.Length)
        {
            File.WriteAllText(path, text[..end]);
            say($"{path}: the last line was incomplete and is measured again");
        }
        int number = 0;
        foreach (string line in text[..end].Split('\n')[..^1])
            results._outcomes.Add(Parse(path, ++number, line));
        return results;
    }

    /// <summary>What is known of one kind of work on one model; null = nothing.</summary>
    public Outcome? Find(string processor, int threads, string shape, string type, string test) =>
        _outcomes.LastOrDefault(outcome =>
            (outcome.Processor, outcome.Threads, outcome.Shape, outcome.Type, outcome.Test)
            == (processor, threads, shape, type, test)
        );

    /// <summary>Adds a result and writes it.</summary>
    public void Add(Outcome outcome)
    {
        File.AppendAllText(_path, JsonSerializer.Serialize(outcome, s_json) + "\n");
        _outcomes.Add(outcome);
    }

    private static Outcome Parse(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Outcome>(line, s_json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new IOException(
                $"{path}, line {number} is no result of this program ({error.Message}); use --fresh",
                error
            );
        }
    }
}
