// Owns an endpoint on loopback that behaves, or misbehaves, as a test needs.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tern.Cli.Tests.Hub;

/// <summary>Serves the repository acme/model.</summary>
internal sealed class LocalHub : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly JsonArray _listing = [];

    private LocalHub(WebApplication application) => _application = application;

    public string Address => _application.Urls.First();

    /// <summary>Path, range and authorization of every request.</summary>
    public ConcurrentQueue<(string Path, string Range, string Authorization)> Requests { get; } = [];

    public IEnumerable<string> Ranges => Requests.Where(r => r.Path.Contains("resolve")).Select(r => r.Range);

    /// <summary>Bytes after which each of the next answers breaks off.</summary>
    public Queue<int> Cuts { get; } = [];

    /// <summary>Statuses that the next requests for content get.</summary>
    public Queue<int> Statuses { get; } = [];

    /// <summary>Bytes that the client is known to have; an answer breaks off only after they arrived.</summary>
    public long Received { get; set; }

    public bool IgnoresRanges { get; set; }

    /// <summary>Where content is to be asked for instead.</summary>
    public string? RedirectTo { get; set; }

    public static async Task<LocalHub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var hub = new LocalHub(application);
        application.MapGet("/api/models/acme/model/tree/main", (HttpContext context) => hub.ListAsync(context));
        application.MapGet(
            "/acme/model/resolve/main/{**path}",
            (HttpContext context, string path) => hub.SendAsync(context, path)
        );
        await application.StartAsync();
        return hub;
    }

    public static byte[] Content(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public byte[] Add(string path, int length = 100_000, string? digest = null, long? size = null)
    {
        byte[] content = _files[path] = Content(length, path.Length);
        _listing.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "file",
                    ["path"] = path,
                    ["size"] = size ?? length,
                    ["lfs"] = new JsonObject
                    {
                        ["oid"] = digest ?? Convert.ToHexStringLower(SHA256.HashData(content)),
                        ["size"] = size ?? length,
                    },
                }
        );
        return content;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task ListAsync(HttpContext context)
    {
        Record(context);
        return context.Response.WriteAsync(_listing.ToJsonString());
    }

    private async Task SendAsync(HttpContext context, string path)
    {
        Record(context);
        if (Statuses.TryDequeue(out int status))
        {
            context.Response.StatusCode = status;
            return;
        }
        if (RedirectTo is not null)
        {
            context.Response.Redirect(RedirectTo + context.Request.Path);
            return;
        }
        if (!_files.TryGetValue(path, out byte[]? content))
        {
            context.Response.StatusCode = 404;
            return;
        }
        int start = 0;
        if (!IgnoresRanges && context.Request.GetTypedHeaders().Range?.Ranges.First().From is { } from)
        {
            start = (int)from;
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentLength = content.Length - start;
        if (Cuts.TryDequeue(out int cut))
        {
            await context.Response.Body.WriteAsync(content.AsMemory(start, cut));
            await context.Response.Body.FlushAsync();
            for (int i = 0; i < 5000 && Received < start + cut; i++)
                await Task.Delay(2);
            context.Abort();
            return;
        }
        await context.Response.Body.WriteAsync(content.AsMemory(start));
    }

    private void Record(HttpContext context) =>
        Requests.Enqueue(
            (
                context.Request.Path,
                context.Request.Headers.Range.ToString(),
                context.Request.Headers.Authorization.ToString()
            )
        );
}
