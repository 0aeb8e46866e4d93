// Owns the opening of a GGUF model: one file, or the first of a split one with all its siblings.
using Tern.Tensors;

namespace Tern.Formats.Gguf;

/// <summary>Opens GGUF models memory-mapped; nothing of the tensor data is read.</summary>
public static class GgufReader
{
    /// <summary>Opens a GGUF file, or a split model by its first file.</summary>
    /// <exception cref="ModelFormatException">A file is damaged, not supported, or a part is missing.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static ModelFile Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no file {path}", path);
        var files = new List<GgufFile> { GgufFile.Open(path) };
        try
        {
            var first = files[0];
            if (first.Metadata.GetInt(GgufSplit.CountKey, 1) <= 1)
                return Model(first.Tensors);
            OpenSiblings(path, files);
            return Model(Join(files));
        }
        catch
        {
            foreach (var file in files)
                file.Dispose();
            throw;
        }

        ModelFile Model(OrderedDictionary<string, Tensor> tensors) =>
            new(path, files[0].Metadata, tensors, files) { Mappings = [.. files.Select(file => file.Mapping)] };
    }

    private static void OpenSiblings(string path, List<GgufFile> files)
    {
        var metadata = files[0].Metadata;
        int count = metadata.GetInt(GgufSplit.CountKey);
        int number = metadata.GetInt(GgufSplit.NumberKey);
        if (number != 0)
            throw metadata.Error(GgufSplit.NumberKey, $"this is part {number + 1} of {count}; open the first part");
        if (GgufSplit.Prefix(path, 0, count) is not { } prefix)
        {
            throw metadata.Error(
                GgufSplit.CountKey,
                $"the first of {count} parts must be named '…{GgufSplit.Suffix(0, count)}' for the others to be found"
            );
        }
        for (int i = 1; i < count; i++)
        {
            string sibling = prefix + GgufSplit.Suffix(i, count);
            if (!File.Exists(sibling))
                throw metadata.Error(GgufSplit.CountKey, $"part {i + 1} of {count} is missing: {sibling}");
            var file = GgufFile.Open(sibling);
            files.Add(file);
            if (file.Metadata.GetInt(GgufSplit.NumberKey) is var n && n != i)
                throw file.Metadata.Error(GgufSplit.NumberKey, $"is {n}, expected {i} by the file's name");
            if (file.Metadata.GetInt(GgufSplit.CountKey) is var c && c != count)
                throw file.Metadata.Error(GgufSplit.CountKey, $"is {c}, but the first part says {count}");
        }
    }

    private static OrderedDictionary<string, Tensor> Join(List<GgufFile> files)
    {
        var all = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var (name, tensor) in file.Tensors)
            {
                if (!all.TryAdd(name, tensor))
                    throw file.Metadata.Error(name, "duplicate tensor name: another part has it too");
            }
        }
        int expected = files[0].Metadata.GetInt(GgufSplit.TensorCountKey, all.Count);
        return expected == all.Count
            ? all
            : throw files[0]
                .Metadata.Error(
                    GgufSplit.TensorCountKey,
                    $"is {expected}, but the {files.Count} parts hold {all.Count} tensors"
                );
    }
}
