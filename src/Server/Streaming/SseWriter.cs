// Owns the server-sent events format: one JSON value an event, flushed as it is made.
using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tern.Server.OpenAi;

namespace Tern.Server.Streaming;

/// <summary>Writes server-sent events. A slow reader slows only its own writer.</summary>
/// <param name="response">The response; headers are sent with the first event.</param>
internal sealed class SseWriter(HttpResponse response) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(
        response.BodyWriter,
        new JsonWriterOptions { Encoder = WireJson.Wire.Options.Encoder }
    );

    /// <summary>Sends one event.</summary>
    public async ValueTask WriteAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Start();
        response.BodyWriter.Write("data: "u8);
        _json.Reset(response.BodyWriter);
        JsonSerializer.Serialize(_json, value, type);
        await EndEventAsync(cancellationToken);
    }

    /// <summary>Sends one event of ready JSON.</summary>
    public ValueTask WriteRawAsync(ReadOnlySpan<byte> json, CancellationToken cancellationToken)
    {
        Start();
        response.BodyWriter.Write("data: "u8);
        response.BodyWriter.Write(json);
        return EndEventAsync(cancellationToken);
    }

    /// <summary>Sends OpenAI's end mark.</summary>
    public ValueTask WriteDoneAsync(CancellationToken cancellationToken) =>
        WriteRawAsync("[DONE]"u8, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Start()
    {
        if (response.HasStarted)
            return;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        // Proxies that buffer would turn a stream into one late lump.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private async ValueTask EndEventAsync(CancellationToken cancellationToken)
    {
        response.BodyWriter.Write("\n\n"u8);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
