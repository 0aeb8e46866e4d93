// Owns PyTorch in a process of its own that makes a step whenever it is told to.
using System.Diagnostics;
using System.Globalization;

namespace Tern.Peers.Training;

internal sealed class TorchTrainer : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts PyTorch on a network.</summary>
    /// <param name="python">The interpreter that has it.</param>
    /// <param name="network">A name that the script knows.</param>
    /// <param name="threads">Threads.</param>
    /// <exception cref="TorchException">There is no PyTorch.</exception>
    public TorchTrainer(string python, string network, int threads)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "torch_step.py");
        var start = new ProcessStartInfo(python, [script, network, threads.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                // torch.set_num_threads does not reach OpenBLAS, which then waits for a thread that it should not have.
                ["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture),
                ["OPENBLAS_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture),
            },
        };
        _process = Process.Start(start) ?? throw new TorchException($"{python} does not start");
        Description = ReadLine();
    }

    /// <summary>Its number of parameters and version.</summary>
    public string Description { get; }

    /// <summary>Makes a step; its milliseconds.</summary>
    public double Step()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }

    private string ReadLine() =>
        _process.StandardOutput.ReadLine()
        ?? throw new TorchException(
            "PyTorch ended; is it installed? Debian has it as python3-torch, and --python names the interpreter"
        );
}
