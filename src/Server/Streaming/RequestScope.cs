// Owns the lifetime of one request: client gone, server stopping late, or time up.
namespace Tern.Server.Streaming;

/// <summary>A token that fires when the client leaves or the request's time is up, and tells which it was.</summary>
internal sealed class RequestScope : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _client;
    private readonly TimeSpan _timeout;

    public RequestScope(HttpContext context, ServerOptions options)
    {
        _client = context.RequestAborted;
        _timeout = options.RequestTimeout;
        _source = CancellationTokenSource.CreateLinkedTokenSource(_client);
        _source.CancelAfter(_timeout);
    }

    /// <summary>Fires when nobody waits for the answer any more.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time was up, as opposed to the client being gone.</summary>
    public bool TimedOut => _source.IsCancellationRequested && !_client.IsCancellationRequested;

    /// <summary>The error of a request whose time was up.</summary>
    public TimeoutException Timeout() =>
        new($"the request took longer than the server's limit of {_timeout.TotalSeconds} s");

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
