// Owns reading stream_options.
using Tern.Server.Http;

namespace Tern.Server.OpenAi;

/// <summary>Reads the options of a stream.</summary>
internal static class StreamOptions
{
    /// <summary>Whether the stream ends with an event of token counts.</summary>
    /// <exception cref="ApiException">Options are given without a stream.</exception>
    public static bool IncludeUsage(Fields fields, bool stream)
    {
        if (fields.Object("stream_options") is not { } options)
            return false;
        if (!stream)
            throw ApiException.Invalid("stream_options", "stream_options needs stream to be true");
        return new Fields(options, "stream_options").Bool("include_usage") ?? false;
    }
}
