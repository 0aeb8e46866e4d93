// Owns running commands in processes of their own, for what only they can show: several at once, and their memory.
using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli.Tests;

internal static class TernChild
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<TernProcess> RunAsync(params string[] arguments)
    {
        using var child = Start(arguments);
        child.StandardInput.Close();
        return await EndAsync(child, child.StandardOutput.ReadToEndAsync());
    }

    /// <summary>
    /// Runs a command until a line of its output begins with the text, and returns the most memory it took until then in bytes,
    /// pages of mapped files included (VmHWM of proc_pid_status(5)).
    /// </summary>
    public static async Task<long> PeakBytesAsync(string input, string until, params string[] arguments)
    {
        using var child = Start(arguments);
        await child.StandardInput.WriteLineAsync(input);
        await child.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(s_patience);
        string? line;
        do line = await child.StandardOutput.ReadLineAsync(patience.Token);
        while (line?.StartsWith(until, StringComparison.Ordinal) == false);
        long peak = line is null ? 0 : PeakBytes(child.Id);
        child.StandardInput.Close();
        var end = await EndAsync(child, child.StandardOutput.ReadToEndAsync());
        Assert.True(end.ExitCode == 0 && peak > 0, end.Error);
        return peak;
    }

    private static Process Start(string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tern.dll"), .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;

    private static async Task<TernProcess> EndAsync(Process child, Task<string> output)
    {
        var errors = child.StandardError.ReadToEndAsync();
        try
        {
            await child.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            child.Kill();
            throw;
        }
        return new TernProcess(child.ExitCode, await output, await errors);
    }

    private static long PeakBytes(int process)
    {
        const string Key = "VmHWM:";
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(Key, StringComparison.Ordinal));
        return long.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            * 1024;
    }
}
