// Owns what must be the same for measured step times to hold.
using System.Globalization;
using System.Security.Cryptography;
using Tern.Engine.Loading;
using Tern.Formats;
using Tern.Kernels.Cpu;
using Tern.Tensors;

namespace Tern.Engine.Calibration;

/// <summary>Model, machine and settings of a calibration. With any other key the curves are measured anew.</summary>
/// <param name="Model">Size of the model's file and a hash of its beginning, where the dimensions are.</param>
/// <param name="Processor">Name and number of the processors.</param>
/// <param name="Backend">Its name, with vector width and threads.</param>
/// <param name="Numerics">How products are computed.</param>
/// <param name="KvCacheType">Element type of keys and values.</param>
/// <param name="Version">Version of the program.</param>
public sealed record CostKey(
    string Model,
    string Processor,
    string Backend,
    string Numerics,
    string KvCacheType,
    string Version
)
{
    // Metadata come first in a GGUF file, and dimensions before the vocabulary.
    private const int HashedBytes = 1 << 16;

    /// <summary>The key of a model on this machine.</summary>
    /// <param name="path">A GGUF file, the first file of a split one, or a Hugging Face directory.</param>
    /// <param name="options">Threads, numerics and element type count.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static CostKey Of(string path, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var backend = new CpuBackend(options.Threads ?? ProcessorCores.Physical(), options.Numerics);
        return Of(path, backend.Name, options);
    }

    internal static CostKey Of(string path, string backend, EngineOptions options) =>
        new(
            IdentityOf(path),
            ProcessorName(),
            backend,
            options.Numerics.ToString(),
            options.KvCacheType.ToString(),
            typeof(CostKey).Assembly.GetName().Version!.ToString(3)
        );

    private static string IdentityOf(string path)
    {
        var (file, size) = Directory.Exists(path)
            ? (
                Path.Combine(path, "config.json"),
                Directory.EnumerateFiles(path, "*.safetensors").Sum(part => new FileInfo(part).Length)
            )
            : (path, new FileInfo(path).Length);
        using var stream = File.OpenRead(file);
        var start = new byte[Math.Min(HashedBytes, stream.Length)];
        stream.ReadExactly(start);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{size} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(start))}"
        );
    }

    private static string ProcessorName()
    {
        const string Info = "/proc/cpuinfo";
        const string Name = "model name";
        string? name = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))
            : null;
        name = name?[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return $"{name ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors";
    }
}
