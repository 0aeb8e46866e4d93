// Owns HTML escaping, which templates meet only when they ask for it with the filters escape and safe.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class Markup
{
    /// <summary>Markup as it is; other text with the five special characters replaced.</summary>
    public static StringValue Escape(StringValue value, Rendering rendering)
    {
        if (value.IsMarkup)
            return value;
        var builder = new TextBuilder(rendering);
        foreach (var character in value.Text)
        {
            switch (character)
            {
                case '&':
                    builder.Append("&amp;");
                    break;
                case '<':
                    builder.Append("&lt;");
                    break;
                case '>':
                    builder.Append("&gt;");
                    break;
                case '"':
                    builder.Append("&#34;");
                    break;
                case '\'':
                    builder.Append("&#39;");
                    break;
                default:
                    builder.Append(character);
                    break;
            }
        }
        return new StringValue(builder.ToString(), isMarkup: true);
    }
}
