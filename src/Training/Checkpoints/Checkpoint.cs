// Owns what a run must keep to go on as if it had never stopped: one safetensors file, written whole or not at all.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tern.Formats;
using Tern.Formats.Safetensors;
using Tern.Tensors;

namespace Tern.Training.Checkpoints;

/// <summary>Tensors and a few words of state in one file, with a checksum of both.</summary>
public static class Checkpoint
{
    private const string ChecksumKey = "sha256";

    /// <summary>Replaces the file; if that fails the one before stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Parameters and optimizer state; names must differ.</param>
    /// <param name="state">Counters and the like; no key is <c>sha256</c>.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Save(string path, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> state)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(state);
        Tensor[] all = [.. tensors];
        var signed = new Dictionary<string, string>(state, StringComparer.Ordinal);
        signed.Add(ChecksumKey, Checksum(all, state));
        SafetensorsWriter.Write(path, [.. all.Select(SafetensorsTensor.From)], signed);
    }

    /// <summary>Fills the tensors from the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">All that it must hold, and no more.</param>
    /// <returns>The state.</returns>
    /// <exception cref="CheckpointException">It is damaged or cut short, or its tensors are others; nothing was filled.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Load(string path, IReadOnlyCollection<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        try
        {
            using var file = SafetensorsReader.Open(path);
            foreach (var tensor in tensors)
                Check(path, file, tensor);
            if (file.Entries.Count != tensors.Count)
            {
                var wanted = tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
                string extra = file.Entries.Keys.First(name => !wanted.Contains(name));
                throw new CheckpointException(path, $"holds '{extra}', which this run has not");
            }
            var state = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal);
            if (!state.Remove(ChecksumKey, out string? written))
                throw new CheckpointException(path, "has no checksum: it is no checkpoint of a run");
            if (Checksum(tensors.Select(tensor => file.GetTensor(tensor.Name)), state) != written)
                throw new CheckpointException(path, "is damaged: its content has another checksum than it says");
            foreach (var tensor in tensors)
                file.GetTensor(tensor.Name).Span<byte>().CopyTo(tensor.Span<byte>());
            return state;
        }
        catch (ModelFormatException error)
        {
            throw new CheckpointException(path, $"is damaged: {error.Message}", error);
        }
    }

    /// <summary>A counter out of what <see cref="Load"/> gave.</summary>
    /// <exception cref="CheckpointException">It is not there, or no whole number from 0.</exception>
    internal static long Number(string path, IReadOnlyDictionary<string, string> state, string key) =>
        state.TryGetValue(key, out string? text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new CheckpointException(path, $"says nothing usable of '{key}'");

    /// <summary>Of names and bytes, whatever their order.</summary>
    private static string Checksum(IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}\0{value}\0"));
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}\0"));
            hash.AppendData(tensor.Span<byte>());
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Check(string path, SafetensorsModel file, Tensor tensor)
    {
        if (!file.Entries.ContainsKey(tensor.Name))
            throw new CheckpointException(path, $"lacks '{tensor.Name}': it belongs to another run");
        var found = file.GetTensor(tensor.Name);
        if (found.Type != tensor.Type || !found.Shape.SequenceEqual(tensor.Shape))
            throw new CheckpointException(path, $"holds {found}, but this run has {tensor}");
    }
}
