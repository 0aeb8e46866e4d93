// Owns who may call: the bearer key on every route but health, and the Host header against DNS rebinding.
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Tern.Server.Http;

/// <summary>Refuses requests without an accepted key or with a foreign Host header.</summary>
internal sealed class AccessMiddleware
{
    private readonly RequestDelegate _next;
    private readonly ServerOptions _options;
    private readonly byte[][] _keyHashes;

    public AccessMiddleware(RequestDelegate next, ServerOptions options)
    {
        _next = next;
        _options = options;
        _keyHashes = [.. options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];
    }

    /// <summary>Checks, then runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsHostAllowed(context.Request.Host.Host))
        {
            throw new ApiException(
                StatusCodes.Status421MisdirectedRequest,
                "invalid_request_error",
                "Host",
                "host_not_allowed",
                $"the host name '{context.Request.Host.Host}' is not served here; allow it with --allowed-hosts"
            );
        }
        bool open = context.Request.Path.StartsWithSegments("/health");
        if (_keyHashes.Length > 0 && !open && !HasKey(context.Request.Headers.Authorization))
        {
            throw new ApiException(
                StatusCodes.Status401Unauthorized,
                "authentication_error",
                parameter: null,
                "invalid_api_key",
                "a valid API key is required: Authorization: Bearer KEY"
            );
        }
        return _next(context);
    }

    private bool HasKey(string? authorization)
    {
        const string Scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()));
        bool found = false;
        // Every key is compared, in constant time, so that timing tells nothing about them.
        foreach (byte[] hash in _keyHashes)
            found |= CryptographicOperations.FixedTimeEquals(hash, given);
        return found;
    }

    // A page of another site that resolves its own name to this address still sends its own name here.
    private bool IsHostAllowed(string host) =>
        host.Length == 0
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || _options.AllowedHosts.Any(allowed =>
            allowed == "*" || string.Equals(allowed, host, StringComparison.OrdinalIgnoreCase)
        );
}
