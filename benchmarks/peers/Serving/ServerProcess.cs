// Owns a server process on a free loopback port, from its start to its end.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tern.Peers.Serving;

/// <summary>A running server.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int LinesKept = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10); // a large model on a slow disk

    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(ServerProgram program, int port)
    {
        _name = program.Name;
        Address = new Uri($"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo(
            program.Path,
            [.. program.Arguments, "--port", port.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        try
        {
            _process = Process.Start(start) ?? throw new ServingException($"{program.Path} did not start");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ServingException($"{program.Path} did not start: {error.Message}");
        }
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server and waits until it takes requests.</summary>
    /// <exception cref="ServingException">It ends, or is not ready after ten minutes.</exception>
    public static async Task<ServerProcess> StartAsync(ServerProgram program, CancellationToken cancellation)
    {
        var server = new ServerProcess(program, FreePort());
        try
        {
            await server.ReadyAsync(program.ReadyRoute, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadyAsync(string route, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = Address };
        long start = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(client, route, cancellation))
        {
            if (_process.HasExited)
                throw new ServingException($"{_name} ended with exit code {_process.ExitCode}. {Said()}");
            if (Stopwatch.GetElapsedTime(start) > s_patience)
                throw new ServingException($"{_name} was not ready after {s_patience.TotalMinutes} minutes. {Said()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string route, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(route, UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // nobody listens yet
        }
    }

    /// <summary>A port nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            if (_lastLines.Count == LinesKept)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }
    }

    private string Said()
    {
        lock (_lastLines)
            return $"Its last lines: {string.Join(" | ", _lastLines)}";
    }
}
