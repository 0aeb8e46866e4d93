// Owns what can stand left of an assignment: a name, an attribute of a namespace, or several of them.
#pragma warning disable MA0048 // a family of small nodes
using Tern.Tokenizers.Chat.Jinja.Operations;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Statements;

internal abstract class Target
{
    public abstract void Assign(Value value, Rendering rendering);
}

internal sealed class NameTarget(string name) : Target
{
    public override void Assign(Value value, Rendering rendering) => rendering.Scope.Set(name, value);
}

internal sealed class NamespaceTarget(string name, string attribute) : Target
{
    public override void Assign(Value value, Rendering rendering)
    {
        if (rendering.Lookup(name) is not NamespaceValue target)
            throw rendering.Error($"cannot assign attribute '{attribute}' on non-namespace object '{name}'");
        rendering.CheckCount(target.Attributes.Count + 1L);
        target.Attributes[attribute] = value;
    }
}

internal sealed class TupleTarget(IReadOnlyList<Target> targets) : Target
{
    public override void Assign(Value value, Rendering rendering)
    {
        if (value.Items(rendering) is null)
            throw rendering.Error($"cannot unpack non-iterable {value.TypeName} object");
        var items = Conversion.ToList(value, rendering);
        if (items.Count > targets.Count)
            throw rendering.Error($"too many values to unpack (expected {targets.Count})");
        if (items.Count < targets.Count)
            throw rendering.Error($"not enough values to unpack (expected {targets.Count}, got {items.Count})");
        for (var i = 0; i < items.Count; i++)
            targets[i].Assign(items[i], rendering);
    }
}
