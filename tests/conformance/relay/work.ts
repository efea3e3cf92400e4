// The technician's day, a ticket and what is done with it, as an app with Relay has them.
import { graphql } from 'relay-runtime';

export const dayQuery = graphql`
  query workDayQuery($first: Int!, $after: String) {
    viewer {
      name
    }
    ...workDayList
  }
`;

export const dayList = graphql`
  fragment workDayList on Query @refetchable(queryName: "workDayNextQuery") {
    myDay(first: $first, after: $after) @connection(key: "work_myDay") {
      totalCount
      edges {
        node {
          id
          ...workTicket
        }
      }
    }
  }
`;

export const ticket = graphql`
  fragment workTicket on Ticket @refetchable(queryName: "workTicketQuery") {
    number
    state
    version
    description
    availableActions
    unit {
      id
      number
      buildingName
    }
    deadlines {
      kind
      dueAt
      breached
    }
  }
`;

export const accept = graphql`
  mutation workAcceptMutation($input: TicketAcceptInput!) {
    ticketAccept(input: $input) {
      ticket {
        ...workTicket
      }
      userErrors {
        code
        field
        message
        retryable
      }
    }
  }
`;

export const watch = graphql`
  subscription workWatchSubscription($id: ID!) {
    ticketUpdated(id: $id) {
      ...workTicket
    }
  }
`;
