// Owns the file format of cost curves: one entry for each key, strict JSON, written whole or not at all.
using System.Text.Json;
using System.Text.Json.Serialization;
using Tern.Formats;

namespace Tern.Engine.Calibration;

/// <summary>Reads and writes files of cost curves.</summary>
public static class CostFile
{
    private const int Format = 1;

    // Far more than all keys of one model; what is larger is no such file.
    private const long MaxBytes = 16 << 20;

    // Ten years a step and a billion rows are no measurement.
    private const double MaxMs = 3e11;
    private const int MaxTokens = 1 << 30;

    /// <summary>The curves in a file, at least one, the latest last.</summary>
    /// <exception cref="CostFileException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<CostCurves> Read(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new CostFileException(path, $"it has {length} bytes, at most {MaxBytes} are read");
        Content content;
        try
        {
            content =
                JsonSerializer.Deserialize(File.ReadAllText(path), CostFileJson.Default.Content)
                ?? throw new CostFileException(path, "it says null");
        }
        catch (JsonException bad)
        {
            throw new CostFileException(path, bad.Message, bad);
        }
        if (content.Format != Format)
            throw new CostFileException(path, $"its format is {content.Format}, this version reads {Format}");
        if (content.Curves.Count == 0)
            throw new CostFileException(path, "it is empty");
        foreach (var curves in content.Curves)
            Check(path, curves);
        return content.Curves;
    }

    /// <summary>Writes curves, replacing the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, IReadOnlyList<CostCurves> curves)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Content(Format, curves), CostFileJson.Default.Content);
        AtomicFile.Write(path, json.Length, stream => stream.Write(json));
    }

    private static void Check(string path, CostCurves curves)
    {
        foreach (var (step, ms) in curves.Points)
        {
            if (
                step.Chunk is < 0 or > MaxTokens
                || step.After is < 0 or > MaxTokens
                || step.Sequences is < 0 or > MaxTokens
                || step.Context is < 0 or > MaxTokens
                || !(ms is > 0 and < MaxMs)
            )
                throw new CostFileException(path, $"{step} in {ms} ms is no measured step");
        }
        if (
            !(curves.BytesPerSecond > 0 && curves.FlopsPerSecond > 0)
            || long.Min(curves.KvBytesPerToken, curves.KvTokens) < 1
            || int.Min(int.Min(curves.Layers, curves.Width), int.Min(curves.Heads, curves.KvHeads)) < 1
            || int.Min(curves.Vocabulary, curves.ContextLength) < 1
        )
            throw new CostFileException(path, "a rate or a size is not positive");
        try
        {
            _ = curves.Latency();
        }
        catch (ArgumentException bad)
        {
            throw new CostFileException(path, bad.Message, bad);
        }
    }

    /// <summary>What a file holds.</summary>
    /// <param name="Format">Version of the format.</param>
    /// <param name="Curves">One entry for each key.</param>
    internal sealed record Content(int Format, IReadOnlyList<CostCurves> Curves);
}

/// <summary>Strict JSON: no unknown, doubled or missing fields.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(CostFile.Content))]
internal sealed partial class CostFileJson : JsonSerializerContext;
