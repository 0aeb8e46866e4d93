// Owns how the built-in model sees a conversation: special tokens and the chat template.
namespace Tern.Training.Corpus;

/// <summary>
/// The format of the built-in model. A turn is its role's token, the text and <see cref="End"/>; nothing stands between turns.
/// A tool is one line: what it does, then the call to be made with types in place of values. A schema would fill a short context,
/// and names that stand as they stand in the call have the same tokens there, so a small model can copy them. What a tool does
/// stands first, so that its name is read knowing it. Calls are written in Hermes' form.
/// </summary>
public static class ChatFormat
{
    /// <summary>Begins every sample.</summary>
    public const string Begin = "<|begin|>";

    /// <summary>Ends every turn and every plain text.</summary>
    public const string End = "<|end|>";

    /// <summary>Opens a system message.</summary>
    public const string System = "<|system|>";

    /// <summary>Opens a message of the user.</summary>
    public const string User = "<|user|>";

    /// <summary>Opens an answer.</summary>
    public const string Assistant = "<|assistant|>";

    /// <summary>Opens the result of a call.</summary>
    public const string Tool = "<|tool|>";

    /// <summary>Opens a call.</summary>
    public const string CallOpen = "<tool_call>";

    /// <summary>Closes a call.</summary>
    public const string CallClose = "</tool_call>";

    /// <summary>The tokens that a vocabulary must have whole. The last two are text: an answer shows them.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } =
    [Begin, End, System, User, Assistant, Tool, CallOpen, CallClose];

    /// <summary>
    /// The chat template in Jinja. It needs <c>bos_token</c> to be <see cref="Begin"/>, and takes messages and tools as in the
    /// OpenAI chat API.
    /// </summary>
    public const string Template = """
        {{- bos_token }}
        {%- set has_system = messages and messages[0].role == 'system' %}
        {%- if has_system or tools %}
            {{- '<|system|>' }}
            {%- if has_system %}{{- messages[0].content }}{% endif %}
            {%- if tools %}
                {{- ('\n' if has_system else '') + 'Tools:' }}
                {%- for tool in tools %}
                    {%- set function = tool.function %}
                    {%- set schemas = (function.parameters or {}).get('properties') or {} %}
                    {{- '\n' + (function.description + ': ' if function.description else '') }}
                    {{- '{"name": "' + function.name + '", "arguments": {' }}
                    {%- for name, schema in schemas.items() %}
                        {{- '"' + name + '": ' }}
                        {%- if schema.enum %}
                            {%- for choice in schema.enum %}{{- '|' if not loop.first }}{{- choice | tojson }}{% endfor %}
                        {%- else %}
                            {{- schema.type or 'any' }}
                        {%- endif %}
                        {{- ', ' if not loop.last }}
                    {%- endfor %}
                    {{- '}}' }}
                {%- endfor %}
            {%- endif %}
            {{- '<|end|>' }}
        {%- endif %}
        {%- for message in messages %}
            {%- if not (loop.first and has_system) %}
                {{- '<|' + message.role + '|>' }}
                {%- if message.content %}{{- message.content }}{% endif %}
                {%- for call in message.tool_calls or [] %}
                    {{- '<tool_call>{"name": "' + call.function.name + '", "arguments": ' }}
                    {{- call.function.arguments | tojson }}
                    {{- '}</tool_call>' }}
                {%- endfor %}
                {{- '<|end|>' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}{{- '<|assistant|>' }}{% endif %}
        """;
}
