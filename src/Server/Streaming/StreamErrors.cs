// Owns telling a client that its running stream failed.
using Tern.Server.Http;

namespace Tern.Server.Streaming;

/// <summary>Writes an error as the last event of a stream, since the status is long sent.</summary>
internal static partial class StreamErrors
{
    /// <summary>Logs the error and sends it; without an end mark, so that no client takes the answer for complete.</summary>
    public static async Task WriteAsync(HttpContext context, SseWriter writer, Exception error)
    {
        var logger = context
            .RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(StreamErrors).FullName!);
        LogFailure(logger, error, context.Request.Path);
        await writer.WriteRawAsync(ApiErrors.Serialize(ApiErrors.From(error)), context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the stream of {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception error, string path);
}
