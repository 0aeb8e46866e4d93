// Owns a real `tern serve` process on a free loopback port.
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Tern.Testing;

namespace Tern.Conformance.Tests;

internal sealed partial class TernProcess : IAsyncDisposable
{
    public const string ApiKey = "test-key";
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TernProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => OnError(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException($"tern ended: {Errors}"));
    }

    public static string Model => SharedData.PathOf("models", "stories260K", "stories260K.gguf");

    public HttpClient Client { get; private set; } = null!;

    public Uri Address => _address.Task.Result;

    public int Id => _process.Id;

    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Serves the small real model, with a template so that it can converse.</summary>
    public static Task<TernProcess> ServeAsync(params string[] arguments) =>
        ServeModelAsync(
            Model,
            ["--chat-template", Path.Combine(AppContext.BaseDirectory, "chat-template.jinja"), .. arguments]
        );

    public static async Task<TernProcess> ServeModelAsync(string model, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        string program = Path.Combine(AppContext.BaseDirectory, "tern.dll");
        string[] all = [program, "serve", model, "--port", "0", "--api-key", ApiKey, .. arguments];
        foreach (string argument in all)
            start.ArgumentList.Add(argument);
        var tern = new TernProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        tern._process.Start();
        tern._process.BeginErrorReadLine();
        tern._process.BeginOutputReadLine();
        var address = await tern._address.Task.WaitAsync(TimeSpan.FromSeconds(180));
        tern.Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(300) };
        tern.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return tern;
    }

    /// <summary>Asks the process to end, as an orchestrator does.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", Id.ToString()]).WaitForExit();

    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync().WaitAsync(limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void OnError(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
            _errors.AppendLine(line);
        if (ServingLine().Match(line) is { Success: true } match)
            _address.TrySetResult(new Uri(match.Value));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ServingLine();
}
