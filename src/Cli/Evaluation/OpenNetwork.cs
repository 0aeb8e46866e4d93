// Owns a model opened to be computed with directly, without an engine.
using Tern.Engine.Loading;
using Tern.Formats;
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Models;

namespace Tern.Cli.Evaluation;

/// <summary>File, backend and network of one model.</summary>
internal sealed class OpenNetwork : IDisposable
{
    private OpenNetwork(ModelFile file, CpuBackend backend, CausalModel model) =>
        (File, Backend, Model) = (file, backend, model);

    /// <summary>The model's file.</summary>
    public ModelFile File { get; }

    /// <summary>What computes.</summary>
    public CpuBackend Backend { get; }

    /// <summary>The network.</summary>
    public CausalModel Model { get; }

    /// <summary>Opens a GGUF file or a Hugging Face directory.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="threads">Threads; null = one a physical core.</param>
    /// <param name="numerics">How products with weights are computed.</param>
    /// <param name="context">Longest sequence; null = the trained length.</param>
    /// <exception cref="CommandLineException">A number is out of range.</exception>
    /// <exception cref="ModelFormatException">The file is damaged or not supported.</exception>
    public static OpenNetwork Open(string path, int? threads, Numerics numerics, int? context = null)
    {
        if (threads is < 1 or > 1024)
            throw new CommandLineException($"--threads is {threads}; it must be from 1 to 1024");
        if (context < 1)
            throw new CommandLineException($"--context is {context}; it must be at least 1");
        var file = ModelFile.Open(path);
        CpuBackend? backend = null;
        try
        {
            backend = new CpuBackend(threads ?? ProcessorCores.Physical(), numerics);
            return new OpenNetwork(file, backend, ModelLoader.Load(file, backend, context));
        }
        catch
        {
            backend?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Backend.Dispose();
        File.Dispose();
    }
}
