// Owns the wire shape of errors.
namespace Tern.Server.OpenAi;

/// <summary>OpenAI's error body.</summary>
internal sealed record ErrorBody(ErrorDetail Error);

/// <summary>What went wrong.</summary>
internal sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);
