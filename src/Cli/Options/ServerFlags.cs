// Owns the options of the HTTP server.
using System.CommandLine;
using Tern.Server;

namespace Tern.Cli.Options;

/// <summary>Addresses, keys and limits as command-line options.</summary>
internal sealed class ServerFlags
{
    private static readonly ServerOptions s_defaults = new();

    private readonly Option<string> _host = EnvironmentOption.Create(
        "--host",
        "Address to listen on; 0.0.0.0 = all",
        "127.0.0.1"
    );
    private readonly Option<int> _port = EnvironmentOption.Create("--port", "Port; 0 = a free one", 8080);
    private readonly Option<string?> _apiKey = EnvironmentOption.Create<string?>(
        "--api-key",
        "Key that clients must send; several separated by commas",
        null
    );
    private readonly Option<string?> _apiKeyFile = EnvironmentOption.Create<string?>(
        "--api-key-file",
        "File with one key a line",
        null
    );
    private readonly Option<string?> _hosts = EnvironmentOption.Create<string?>(
        "--allowed-hosts",
        "Host names accepted besides addresses and localhost, separated by commas; * = all",
        null
    );
    private readonly Option<long> _body = EnvironmentOption.Create(
        "--max-body-bytes",
        "Largest request body",
        s_defaults.MaxBodyBytes
    );
    private readonly Option<double> _timeout = EnvironmentOption.Create(
        "--request-timeout",
        "Longest time of a request, s",
        s_defaults.RequestTimeout.TotalSeconds
    );
    private readonly Option<double> _drain = EnvironmentOption.Create(
        "--drain-timeout",
        "Grace for running requests after SIGTERM, s",
        s_defaults.DrainTimeout.TotalSeconds
    );
    private readonly Option<double> _liveness = EnvironmentOption.Create(
        "--liveness-timeout",
        "Time without progress after which /health/live fails, s",
        s_defaults.LivenessTimeout.TotalSeconds
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in (Option[])[_host, _port, _apiKey, _apiKeyFile, _hosts, _body, _timeout, _drain, _liveness]
        )
            command.Add(option);
    }

    /// <summary>The server's options as the user set them.</summary>
    /// <exception cref="CommandLineException">A value makes no sense.</exception>
    public ServerOptions Read(ParseResult parsed)
    {
        int port = parsed.GetValue(_port);
        if (port is < 0 or > 65535)
            throw new CommandLineException($"--port is {port}; it must be from 0 to 65535");
        return new ServerOptions
        {
            Urls = [$"http://{parsed.GetValue(_host)}:{port}"],
            ApiKeys = Keys(parsed.GetValue(_apiKey), parsed.GetValue(_apiKeyFile)),
            AllowedHosts = Split(parsed.GetValue(_hosts)),
            MaxBodyBytes = parsed.GetValue(_body),
            RequestTimeout = Seconds(_timeout, parsed),
            DrainTimeout = Seconds(_drain, parsed),
            LivenessTimeout = Seconds(_liveness, parsed),
        };
    }

    private static TimeSpan Seconds(Option<double> option, ParseResult parsed) =>
        parsed.GetValue(option) is > 0 and < 1e7 and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandLineException($"{option.Name} must be a positive number of seconds");

    private static string[] Split(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string[] Keys(string? keys, string? file)
    {
        string[] fromFile = file is null
            ? []
            : [.. File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];
        string[] all = [.. Split(keys), .. fromFile];
        if (all.Length == 0 && (file is not null || keys is not null))
            throw new CommandLineException(
                "an API key option is given but holds no key; the server would be open to all"
            );
        return all;
    }
}
