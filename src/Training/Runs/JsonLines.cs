// Owns a log of one JSON object a line, which survives the death of the process up to the last whole line.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Training.Runs;

internal sealed class JsonLines<T>(string path) : IDisposable
    where T : class
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly List<T> _lines = [];
    private StreamWriter? _writer;

    /// <summary>All lines.</summary>
    public IReadOnlyList<T> Lines => _lines;

    /// <summary>Begins with those lines of the file that are to stay.</summary>
    public void Begin(Func<T, bool> stays)
    {
        if (File.Exists(path))
            _lines.AddRange(File.ReadLines(path).Select(Parse).OfType<T>().Where(stays));
        _writer = new StreamWriter(path, append: false) { AutoFlush = true };
        foreach (var line in _lines)
            _writer.WriteLine(JsonSerializer.Serialize(line, s_options));
    }

    public void Write(T line)
    {
        _lines.Add(line);
        _writer!.WriteLine(JsonSerializer.Serialize(line, s_options));
    }

    public void Dispose() => _writer?.Dispose();

    /// <summary>A line, or null for one that was cut short.</summary>
    private static T? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
