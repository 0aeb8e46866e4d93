// Owns a call of a function found in an answer.
namespace Tern.Server.ToolCalls;

/// <summary>A function call.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">JSON text.</param>
internal sealed record ToolCall(string Name, string Arguments);
