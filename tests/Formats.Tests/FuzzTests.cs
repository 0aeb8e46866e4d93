// Truncations and single-byte changes of the small good files: each loads or fails as a ModelFormatException, and none
// makes the reader allocate by a number it should not have believed.
using Tern.Formats.Safetensors;
using Tern.Testing;

namespace Tern.Formats.Tests;

public class FuzzTests
{
    private const int Seed = 20260101;

    // `.ci/run --long` looks at far more of the files.
    private static readonly int s_factor = Environment.GetEnvironmentVariable("TERN_LONG_TESTS") == "1" ? 50 : 1;
    private const long AllocationLimit = 4 << 20; // the files themselves are mapped, and 51 kB large

    [SharedTheory]
    [InlineData("gguf-valid.gguf", 250)]
    [InlineData("gguf-valid-alignment-64.gguf", 60)]
    [InlineData("gguf-valid-unknown-keys.gguf", 250)]
    [InlineData("safetensors-valid.safetensors", 168)]
    [InlineData("safetensors-valid-scalar-and-empty.safetensors", 136)]
    public void Every_truncation_loads_or_is_refused(string name, int samples)
    {
        byte[] good = Read(name);
        using var folder = new TemporaryFolder();
        foreach (int length in Positions(good.Length, samples * s_factor))
            Check(folder.PathOf($"cut-{name}"), good.AsSpan(0, length), $"{name} cut to {length} bytes");
    }

    [SharedTheory]
    [InlineData("gguf-valid.gguf", 1200)]
    [InlineData("gguf-valid-version-2.gguf", 150)]
    [InlineData("gguf-valid-unknown-keys.gguf", 1200)]
    [InlineData("safetensors-valid.safetensors", 600)]
    [InlineData("safetensors-valid-metadata-and-padding.safetensors", 400)]
    [InlineData("safetensors-valid-scalar-and-empty.safetensors", 400)]
    public void Every_changed_byte_loads_or_is_refused(string name, int samples)
    {
        byte[] good = Read(name);
        var random = new Random(Seed);
        // Half of the changes go where the numbers are: the header, and the entries at the end of it.
        int header = Math.Min(good.Length, name.StartsWith("gguf", StringComparison.Ordinal) ? 7000 : good.Length);
        using var folder = new TemporaryFolder();
        for (int i = 0; i < samples * s_factor; i++)
        {
            int position = random.Next(i % 8 == 0 ? good.Length : header);
            byte before = good[position];
            good[position] = (i % 4) switch
            {
                0 => (byte)(before ^ (1 << random.Next(8))),
                1 => 0xFF,
                2 => 0,
                _ => (byte)random.Next(256),
            };
            Check(folder.PathOf($"changed-{name}"), good, $"{name} with byte {position} = {good[position]}");
            good[position] = before;
        }
    }

    [SharedTheory]
    [InlineData("config.json", 400)]
    [InlineData("model.safetensors.index.json", 400)]
    public void Every_changed_byte_of_a_directorys_json_loads_or_is_refused(string name, int samples)
    {
        string source = SharedData.PathOf("conformance", "architectures", "qwen3-hf");
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, folder.PathOf(Path.GetFileName(file)));
        byte[] good = File.ReadAllBytes(folder.PathOf(name));
        var random = new Random(Seed);
        for (int i = 0; i < samples * s_factor; i++)
        {
            int position = random.Next(good.Length);
            byte before = good[position];
            good[position] = i % 2 == 0 ? (byte)random.Next(32, 127) : (byte)random.Next(256);
            Check(folder.PathOf(name), good, $"{name} with byte {position} = {good[position]}", folder.Root);
            good[position] = before;
        }
    }

    private static void Check(string path, ReadOnlySpan<byte> content, string what, string? open = null)
    {
        File.WriteAllBytes(path, content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using IDisposable opened = (open ?? path).EndsWith(".safetensors", StringComparison.Ordinal)
                ? SafetensorsReader.Open(path)
                : ModelFile.Open(open ?? path);
        }
        catch (ModelFormatException e)
        {
            Assert.NotEmpty(e.Field);
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocationLimit, $"{what}: {allocated} bytes allocated");
    }

    private static IEnumerable<int> Positions(int length, int samples)
    {
        if (samples >= length)
            return Enumerable.Range(0, length);
        var random = new Random(Seed);
        return Enumerable.Range(0, samples).Select(i => i < samples / 2 ? random.Next(7000) : random.Next(length));
    }

    private static byte[] Read(string name) =>
        File.ReadAllBytes(SharedData.PathOf("conformance", "hostile-files", name));
}
