"""Inviting people to work in Caddy: sent, sent again, taken back, accepted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import account_mail
from caddy.actions.organizations import clean_address
from caddy.actions.passwords import hash_password, refuse_weak
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.passwords import own_words_of
from caddy.domain.permissions import ROLE_PERMISSIONS, Role, may_give
from caddy.domain.sign_ins import Visitor
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import MailedLink, Organization, User, UserIdentity
from caddy.queries import organizations, users
from caddy.queries.mailed_links import OpenLink
from caddy.tenancy import scope
from caddy.transaction import transaction

NOT_YOURS = "You can only invite people to a role whose rights you have yourself."
TAKEN = "Someone already signs in with this address."


def invite(email: str, role: Role, *, actor: Actor) -> None:
    """Invite someone by mail; an earlier invitation to the same address ends.

    Whether an address is used at another organization, only the mail to it says.
    """
    address = clean_address(email)
    taken = users.taken_addresses([address])
    if not may_give(actor.permissions, ROLE_PERMISSIONS[role]):
        raise RuleBroken("role", "not_yours", NOT_YOURS)
    with transaction(actor):
        _refuse_own_staff(address)
        _end(MailedLink.email == address)
        _send(address, role, actor, is_elsewhere=bool(taken))


def send_again(link_id: UUID, *, actor: Actor) -> str:
    """Send an invitation again: with a new link, for another week. Returns the address."""
    address = _waiting(link_id, is_held=False).email
    taken = users.taken_addresses([address])
    with transaction(actor):
        role = Role(_waiting(link_id).details["role"])
        _refuse_own_staff(address)
        _end(MailedLink.id == link_id)
        _send(address, role, actor, is_elsewhere=bool(taken))
        return address


def revoke(link_id: UUID, *, actor: Actor) -> str:
    """Take an invitation back; its link works no more. Returns the address."""
    with transaction(actor):
        link = _waiting(link_id)
        _end(MailedLink.id == link_id)
        audit.record(Fact.INVITATION_REVOKED, link, changes={"email": link.email})
        return link.email


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an invited person enters."""

    first_name: str
    last_name: str
    password: str


def accept(link: OpenLink, entered: Acceptance, visitor: Visitor) -> UUID:
    """Make the invited person a member of staff; return who may be signed in now."""
    names = (entered.first_name, entered.last_name, link.email, link.organization_name)
    refuse_weak(entered.password, own_words_of(*names))
    hashed = hash_password(entered.password)
    return _join(link, (entered.first_name, entered.last_name), visitor, password_hash=hashed)


def accept_with(
    identity: UserIdentity, link: OpenLink, names: tuple[str, str], visitor: Visitor
) -> UUID:
    """Make an invited person, whose address another service has verified, a member of staff.

    They sign in with their account there and have no password. Returns their id.
    """
    return _join(link, names, visitor, identity=identity)


def _join(
    link: OpenLink,
    names: tuple[str, str],
    visitor: Visitor,
    *,
    password_hash: str | None = None,
    identity: UserIdentity | None = None,
) -> UUID:
    if users.taken_addresses([link.email]):
        raise RuleBroken(None, "email_taken", TAKEN)
    role = Role(link.details["role"])
    first_name, last_name = names
    actor = Actor(
        organization_id=link.organization_id,
        user_id=None,
        name=f"{first_name} {last_name}",
        role=role,
        ip=visitor.ip,
        user_agent=visitor.user_agent,
    )
    try:
        with scope(link.organization_id), transaction(actor):
            account_mail.use(link.id)
            user = User(
                email=link.email,
                first_name=first_name,
                last_name=last_name,
                role=role,
                password_hash=password_hash,
            )
            db.session.add(user)
            db.session.flush()  # the history names the id
            if identity is not None:
                identity.user_id = user.id
                db.session.add(identity)
            audit.record(Fact.INVITATION_ACCEPTED, user, changes={"role": role.value})
            return user.id
    except IntegrityError as error:
        raise RuleBroken(None, "email_taken", TAKEN) from error


def _refuse_own_staff(address: str) -> None:
    if db.session.scalar(select(User.id).where(User.email == address)):
        raise RuleBroken(
            "email", "is_staff", "This person is on your staff already. See the list of staff."
        )


def _send(address: str, role: Role, actor: Actor, *, is_elsewhere: bool) -> None:
    organization = db.session.get_one(Organization, actor.organization_id)
    details = {"role": role.value}
    visitor = Visitor(actor.ip, actor.user_agent)
    link = account_mail.make_link(LinkPurpose.INVITATION, address, visitor, details=details)
    context: dict[str, object] = {"inviter_name": actor.name, "invited_to": organization.name}
    template = EmailTemplate.INVITATION_ELSEWHERE
    if not is_elsewhere:
        template = EmailTemplate.INVITATION
        until = clock.local(link.expires_at, organizations.current().timezone).date()
        context |= {"role_label": role.label, "until": say_date(until)}
    account_mail.post(template, address, link, context)
    changes = {"email": address, "role": role.value}
    audit.record(Fact.INVITATION_SENT, link, changes=changes)


def _waiting(link_id: UUID, *, is_held: bool = True) -> MailedLink:
    """Return an invitation that waits, held against others to the end of the transaction."""
    asked = (
        select(MailedLink)
        .where(MailedLink.id == link_id, MailedLink.purpose == LinkPurpose.INVITATION)
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
    )
    link = db.session.scalars(asked.with_for_update() if is_held else asked).one_or_none()
    if link is None:
        raise NotFound("invitation")
    return link


def _end(which: object) -> None:
    db.session.execute(
        update(MailedLink)
        .where(which, MailedLink.purpose == LinkPurpose.INVITATION)  # type: ignore[arg-type] # a condition on its columns
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
